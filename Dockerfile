# The image of a release: the program, the certificates that it trusts, and
# nothing to log in to. goreleaser builds it from binaries that are there
# already, each in a directory named after its platform, such as linux/arm64.
FROM gcr.io/distroless/static-debian12:nonroot
ARG TARGETPLATFORM
COPY ${TARGETPLATFORM}/clusterctl /usr/local/bin/clusterctl
# By number, so that Kubernetes sees that it is not root (runAsNonRoot).
USER 65532:65532
WORKDIR /work
ENTRYPOINT ["/usr/local/bin/clusterctl"]
