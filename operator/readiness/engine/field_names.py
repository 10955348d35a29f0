"""
The names of the fields that the kinds of `shapes` have anywhere: any other key that is near to one is a slip.

Source: the Kubernetes API, v1.37; a test compares it with the models of the client library.
"""

FIELD_NAMES = frozenset(  # as one text, for a list of so many would be a page each
    """
    accessModes action activeDeadlineSeconds add affinity all allocateLoadBalancerNodePorts
    allowPrivilegeEscalation annotations apiGroup apiVersion appArmorProfile appProtocol args audience
    automountServiceAccountToken averageUtilization averageValue awsElasticBlockStore azureDisk azureFile backend
    backoffLimit backoffLimitPerIndex basic behavior binaryData bindMountOptions blockOwnerDeletion cachingMode
    capabilities cephfs certificateChainPath chapAuthDiscovery chapAuthSession cidr cinder claimName claims
    clientIP clusterIP clusterIPs clusterTrustBundle command completionMode completions concurrencyPolicy
    conditionType configMap configMapKeyRef configMapRef container containerName containerPort containerResource
    containers controller creationTimestamp credentialBundlePath csi data dataSource dataSourceRef datasetName
    datasetUUID default defaultBackend defaultMode defaultRequest defaultUser deletionGracePeriodSeconds
    deletionTimestamp describedObject devicePath directory diskName diskURI disruptionMode divisor dnsConfig
    dnsPolicy downwardAPI driver drop effect egress emptyDir enableServiceLinks endPort endpoints env envFrom
    ephemeral ephemeralContainers evictionResponders except exec exitCodes expirationSeconds external externalIPs
    externalName externalTrafficPolicy failedJobsHistoryLimit failureThreshold fc fieldPath fieldRef fieldsType
    fieldsV1 fileKeyRef finalizers flexVolume flocker from fsGroup fsGroupChangePolicy fsType gang gateway
    gcePersistentDisk generateName generation gitRepo glusterfs gmsaCredentialSpec gmsaCredentialSpecName group
    grpc healthCheckNodePort host hostAliases hostIP hostIPC hostNetwork hostPID hostPath hostPort hostProcess
    hostUsers hostname hostnameOverride hostnames hosts http httpGet httpHeaders image imagePullPolicy
    imagePullSecrets immutable ingress ingressClassName initContainers initialDelaySeconds initiatorName
    internalTrafficPolicy ip ipBlock ipFamilies ipFamilyPolicy iqn iscsi iscsiInterface items jobTemplate key
    keyPath keyType keyring kind labelSelector labels level lifecycle limits livenessProbe loadBalancerClass
    loadBalancerIP loadBalancerSourceRanges localhostProfile lun managedBy managedFields manager manualSelector
    matchExpressions matchFields matchLabelKeys matchLabels max maxExpirationSeconds maxFailedIndexes
    maxLimitRequestRatio maxReplicas maxSkew maxSurge maxUnavailable medium metadata metric metrics min
    minAvailable minCount minDomains minReadySeconds minReplicas mismatchLabelKeys mode monitors mountPath
    mountPropagation name nameservers namespace namespaceSelector namespaces nfs nodeAffinity nodeAffinityPolicy
    nodeName nodePort nodePublishSecretRef nodeSelector nodeSelectorTerms nodeTaintsPolicy number object
    onExitCodes onPodConditions operation operator optional options ordinals os overhead ownerReferences
    parallelism partition path pathType paths paused pdID pdName periodSeconds persistentVolumeClaim
    persistentVolumeClaimRetentionPolicy photonPersistentDisk podAffinity podAffinityTerm podAntiAffinity
    podCertificate podFailurePolicy podGroupName podManagementPolicy podReplacementPolicy podSelector pods
    policies policyTypes pool port portals ports portworxVolume postStart preStop preemptionPolicy preference
    preferredDuringSchedulingIgnoredDuringExecution prefix priority priorityClassName privileged procMount
    progressDeadlineSeconds projected protectionDomain protocol publishNotReadyAddresses pullPolicy quobyte rbd
    readOnly readOnlyRootFilesystem readinessGates readinessProbe recursiveReadOnly reference registry replicas
    repository request requests requiredDuringSchedulingIgnoredDuringExecution resizePolicy resource resourceClaimName
    resourceClaimTemplateName resourceClaims resourceFieldRef resourceName resourceVersion resources restartPolicy
    restartPolicyRules revision revisionHistoryLimit role rollingUpdate rules runAsGroup runAsNonRoot runAsUser
    runAsUserName runtimeClassName scaleDown scaleIO scaleTargetRef scaleUp schedule schedulerName scheduling
    schedulingConstraints schedulingGates schedulingGroup schedulingPolicy scheme seLinuxChangePolicy
    seLinuxOptions searches seccompProfile seconds secret secretFile secretKeyRef secretName secretRef secrets
    securityContext selectPolicy selector selfLink server service serviceAccount serviceAccountName
    serviceAccountToken serviceName sessionAffinity sessionAffinityConfig setHostnameAsFQDN shareName
    shareProcessNamespace signerName single sizeLimit sleep sources spec sslEnabled stabilizationWindowSeconds
    start startingDeadlineSeconds startupProbe status stdin stdinOnce stopSignal storageClassName storageMode
    storagePolicyID storagePolicyName storagePool storageos strategy subPath subPathExpr subdomain subresource
    succeededCount succeededIndexes successPolicy successThreshold successfulJobsHistoryLimit supplementalGroups
    supplementalGroupsPolicy suspend sysctls system target targetCPUUtilizationPercentage targetContainerName
    targetPort targetPortal targetWWNs tcpSocket template tenant terminationGracePeriodSeconds
    terminationMessagePath terminationMessagePolicy time timeZone timeoutSeconds tls to tolerance
    tolerationSeconds tolerations topology topologyKey topologySpreadConstraints trafficDistribution
    ttlSecondsAfterFinished tty type uid unhealthyPodEvictionPolicy updateStrategy user userAnnotations value
    valueFrom values volume volumeAttributes volumeAttributesClassName volumeClaimTemplate volumeClaimTemplates
    volumeDevices volumeID volumeMode volumeMounts volumeName volumeNamespace volumePath volumes vsphereVolume
    weight whenDeleted whenScaled whenUnsatisfiable windowsOptions workingDir wwids
    """.split()  # noqa: SIM905
)
