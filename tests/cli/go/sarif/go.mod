// The official schema of SARIF 2.1.0 (OASIS, errata 01) is in a constant of this module; nothing of it is built.
module cli/sarif

go 1.26

require github.com/owenrumney/go-sarif/v3 v3.3.1
