# Builds the package from this checkout and runs it as a user without rights, on Node 24.
FROM node:24-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN npm run build && npm pack --pack-destination /tmp

FROM node:24-bookworm-slim
# Beyond its own machine it lets in who has a token: `docker exec NAME longwire token --user ann` prints one, made with the
# secret in /data. LONGWIRE_ANONYMOUS=true lets everybody in.
ENV NODE_ENV=production LONGWIRE_HOST=0.0.0.0 LONGWIRE_LOG_FORMAT=json LONGWIRE_DATA_DIR=/data
COPY --from=build /tmp/longwire-*.tgz /tmp/longwire.tgz
RUN npm install --global --omit=dev /tmp/longwire.tgz && rm /tmp/longwire.tgz \
  && mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 9999 9998
# SIGTERM drains; give it longer than --drain-timeout.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s CMD ["node", "-e", "fetch('http://127.0.0.1:9999/health').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["longwire"]
