# The image of a release: the program and the certificates that it trusts, without a
# shell. goreleaser copies existing binaries, each from a directory named after its
# platform, such as linux/arm64.
FROM gcr.io/distroless/static-debian12:nonroot
ARG TARGETPLATFORM
COPY ${TARGETPLATFORM}/clusterctl /usr/local/bin/clusterctl
# As a number, so that Kubernetes can check that it is not root (runAsNonRoot).
USER 65532:65532
WORKDIR /work
ENTRYPOINT ["/usr/local/bin/clusterctl"]
