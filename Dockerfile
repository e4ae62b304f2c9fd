# vlandns in a container. It runs as the user "node" and writes to /var/vlandns only; the configuration
# is mounted at /etc/vlandns and puts its control socket there: { socket: /var/vlandns/vlandns.sock }.
FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-fund --no-audit
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
COPY scripts/build-page.mjs ./scripts/
RUN npm run build && npm prune --omit=dev

FROM node:22-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY LICENSE ./
COPY config ./config
COPY scripts/healthcheck.mjs ./scripts/
RUN install -d -o node -g node -m 0750 /var/vlandns \
  && chmod 755 dist/main.js scripts/healthcheck.mjs \
  && ln -s /app/dist/main.js /usr/local/bin/vlandns \
  && ln -s /app/scripts/healthcheck.mjs /usr/local/bin/vlandns-healthcheck
USER node
VOLUME /var/vlandns
EXPOSE 53/udp 53/tcp
# Images of the OCI format have no health check: podman build --format docker keeps it, or podman run is given
# --health-cmd vlandns-healthcheck (config/vlandns.container has it).
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s --retries=3 \
  CMD ["node", "scripts/healthcheck.mjs"]
ENTRYPOINT ["node", "dist/main.js"]
CMD ["serve", "-c", "/etc/vlandns/vlandns.yaml"]
