# The operator's image: `docker build .` or `podman build .`; any Python 3.13 for Debian 13 will do as its base.
ARG BASE=python:3.13-slim-trixie

FROM ${BASE} AS tools
# Nothing in the image depends on when or in which order it was built.
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONHASHSEED=0 SOURCE_DATE_EPOCH=315532800 INSTALL="install --no-cache-dir --no-compile --no-deps"
WORKDIR /build

FROM tools AS dependencies
COPY requirements/runtime.txt .
# The base's pip fills a virtual environment that has none itself.
RUN python -m venv --without-pip /opt/venv \
 && python -m pip --python /opt/venv/bin/python ${INSTALL} --require-hashes -r runtime.txt
# Not needed at run time: a second, asynchronous Kubernetes client (half of all), stubs, tests of libraries.
RUN rm -r /opt/venv/lib/python3*/site-packages/kubernetes/aio \
 && find /opt/venv -name tests -type d -prune -exec rm -r {} + \
 && find /opt/venv -name '*.py[ix]' -delete
# The root file system will be read-only, so bytecode is made now, for all but the typed Kubernetes models,
# which nobody loads; checked by no time stamp, so that the same sources make the same layer.
RUN python -m compileall -q -x 'kubernetes/client/(api|models)/' --invalidation-mode unchecked-hash /opt/venv/lib \
 && mkdir -p /image/opt && mv /opt/venv /image/opt/ \
 && find /image -exec touch --no-dereference --date=@${SOURCE_DATE_EPOCH} {} +

FROM tools AS application
COPY requirements/build.txt .
RUN python -m venv --without-pip /build/venv \
 && python -m pip --python /build/venv/bin/python ${INSTALL} --require-hashes -r build.txt
COPY LICENSE README.md pyproject.toml ./
COPY operator operator
RUN /build/venv/bin/python -m hatchling build --target wheel \
 && python -m pip ${INSTALL} --no-index --target /opt/readiness dist/*.whl \
 && rm -r /opt/readiness/bin \
 && python -m compileall -q --invalidation-mode unchecked-hash /opt/readiness \
 && mkdir -p /image/opt && mv /opt/readiness /image/opt/ \
 && find /image -exec touch --no-dereference --date=@${SOURCE_DATE_EPOCH} {} +

FROM ${BASE}
LABEL org.opencontainers.image.title="readiness-operator" \
      org.opencontainers.image.description="Turns production-readiness checklists into policy that a Kubernetes cluster answers itself." \
      org.opencontainers.image.licenses="Apache-2.0"
# Two layers: a new version of the operator alone is a small download.
COPY --from=dependencies /image /
COPY --from=application /image /
ENV PATH=/opt/venv/bin:${PATH} \
    PYTHONPATH=/opt/readiness \
    PYTHONSAFEPATH=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    MALLOC_ARENA_MAX=2 \
    MALLOC_TRIM_THRESHOLD_=131072 \
    HOME=/tmp
WORKDIR /tmp
USER 65532:65532
STOPSIGNAL SIGTERM
EXPOSE 8080
ENTRYPOINT ["python", "-m", "readiness"]
CMD ["run"]
