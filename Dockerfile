# SPDX-License-Identifier: GPL-3.0-or-later
#
# docker build -t concur .
# docker run --rm --user "$(id -u):$(id -g)" -v "$PWD/results:/results" concur
#
# The second line runs the full suite; any arguments of concur may follow it.
# Nothing in it needs the network. The peer in Go is in it, one static program;
# there is no Python, Node or Rust: those peers are absent, with the reason.
# Make ./results first: a folder that Docker makes belongs to root.

FROM debian:bookworm-slim AS peers
RUN apt-get update && \
    DEBIAN_FRONTEND=noninteractive apt-get install -y \
        --no-install-recommends golang-go && \
    rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY scripts/peers scripts/peers
COPY impls/peers impls/peers
RUN scripts/peers build/peers

FROM debian:bookworm-slim AS build
RUN apt-get update && \
    DEBIAN_FRONTEND=noninteractive apt-get install -y \
        --no-install-recommends gcc make && \
    rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY Makefile ./
COPY scripts scripts
RUN scripts/deps install build && rm -rf /var/lib/apt/lists/*
COPY impls impls
COPY harness harness
RUN make -j"$(nproc)" \
        SUITES_DIR=/usr/share/concur/suites PLOTS_DIR=/usr/share/concur/plots \
        PEERS_DIR=/usr/share/concur/peers PEERS_BUILT=/usr/lib/concur/peers

FROM debian:bookworm-slim
RUN apt-get update && \
    DEBIAN_FRONTEND=noninteractive apt-get install -y \
        --no-install-recommends ca-certificates gnuplot-nox libcurl4 libdeflate0 libev4 \
        libgsl27 libinih1 libjansson4 liburing2 zlib1g && \
    rm -rf /var/lib/apt/lists/*
COPY --from=build /src/build/concur /usr/bin/concur
COPY harness/suites /usr/share/concur/suites
COPY plots /usr/share/concur/plots
COPY impls/peers /usr/share/concur/peers
COPY --from=peers /src/build/peers/go /usr/lib/concur/peers/go
COPY LICENSE /usr/share/doc/concur/copyright
# Runs go to ./results of the working folder. Anybody may write there, so that
# any --user works; HOME is for gnuplot, which has no passwd entry to ask.
RUN mkdir -m 1777 /results
VOLUME /results
ENV HOME=/tmp
WORKDIR /
USER 1000:1000
ENTRYPOINT ["concur"]
CMD ["run", "--suite", "full"]
