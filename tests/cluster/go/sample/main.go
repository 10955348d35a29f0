// Sample is a workload to judge: a server that answers what it is told to.
//
//	sample              serve HTTP on $PORT (8080), and HTTPS on $HTTPS_PORT and bare TCP on $TCP_PORT where they are set
//	sample get URL      exit 0 when URL answers 2xx or 3xx, for exec probes and tests
//
// GET / and /healthz and /readyz answer 200, other paths 404, until told otherwise:
//
//	POST /control?healthz=503&readyz=503&metrics=200&delay=2s
//
// sets the status of paths (`root` is /) and how long answers take. $ANSWERS holds the same words for the start.
// SIGTERM ends it at once. It writes no file and needs no user of its own.
package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	log.SetFlags(log.LstdFlags | log.LUTC)
	if len(os.Args) == 3 && os.Args[1] == "get" {
		os.Exit(get(os.Args[2]))
	}
	if len(os.Args) != 1 {
		log.Fatal("usage: sample | sample get URL")
	}
	serve()
}

// get is the exit code of asking a URL once, whoever signed its certificate.
func get(address string) int {
	transport := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}
	response, err := (&http.Client{Timeout: 5 * time.Second, Transport: transport}).Get(address)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer response.Body.Close()
	fmt.Println(response.Status)
	io.Copy(os.Stdout, response.Body)
	if response.StatusCode >= 400 {
		return 1
	}
	return 0
}

// serve answers on every configured port; it ends when one of them cannot be served.
func serve() {
	initial, err := url.ParseQuery(os.Getenv("ANSWERS"))
	if err != nil {
		log.Fatal(err)
	}
	answers := newAnswers()
	if err := answers.tell(initial); err != nil {
		log.Fatal(err)
	}
	failed, end := make(chan error), make(chan os.Signal, 1)
	signal.Notify(end, syscall.SIGTERM, syscall.SIGINT) // process 1 of a container has no default for them
	open := func(variable, port string, serve func(net.Listener) error) {
		if value := os.Getenv(variable); value != "" {
			port = value
		}
		if port == "" {
			return
		}
		listener, err := new(net.ListenConfig).Listen(context.Background(), "tcp", ":"+port)
		if err != nil {
			log.Fatal(err)
		}
		log.Printf("serving %s=%s", variable, port)
		go func() { failed <- serve(listener) }()
	}
	server := &http.Server{Handler: answers, ReadHeaderTimeout: 10 * time.Second}
	open("PORT", "8080", server.Serve)
	open("HTTPS_PORT", "", func(listener net.Listener) error {
		return server.Serve(tls.NewListener(listener, &tls.Config{Certificates: []tls.Certificate{selfSigned()}}))
	})
	open("TCP_PORT", "", acceptAndClose)
	select {
	case <-end:
	case err := <-failed:
		log.Fatal(err)
	}
}

// acceptAndClose is enough for a TCP probe.
func acceptAndClose(listener net.Listener) error {
	for {
		connection, err := listener.Accept()
		if err != nil {
			return err
		}
		connection.Close()
	}
}
