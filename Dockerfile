# The bridge with the widget and the console that it serves. `docker build -t baton .`, then see bridge-server/deploy/compose.yaml.
FROM node:26.10.0-bookworm-slim AS build
WORKDIR /src
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml tsconfig.json ./
COPY bridge-server ./bridge-server
COPY widget ./widget
# The workspace's own Node is the base image's: nothing is downloaded for it here.
RUN npx -y pnpm@12.21.0 install --frozen-lockfile --ignore-scripts --filter @baton/widget... \
 && npx -y pnpm@12.21.0 --filter @baton/widget --filter @baton/bridge-server run build \
 && npx -y pnpm@12.21.0 --filter @baton/bridge-server deploy --prod --ignore-scripts --legacy /app \
 && mkdir /app/widget && cp widget/dist/* /app/widget/ \
 && mkdir -p /app/console && cp -r bridge-server/console/dist /app/console/

FROM node:26.10.0-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
# No package manager and no compiler in what runs.
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /opt/yarn* \
 && mkdir /data && chown node:node /data
COPY --from=build --chown=root:root /app /app
# Read and compiled once, as whoever runs it, because the cache is each user's own: a bridge starts with half the work, and cannot write
# to what it starts from.
ENV NODE_COMPILE_CACHE=/app/.compiled
RUN install -d -o node .compiled
USER node
RUN node --input-type=module --eval 'await import("./src/main.ts")'
USER root
RUN chown -R root:root .compiled && chmod -R a-w .compiled
USER node
VOLUME /data
EXPOSE 3001
HEALTHCHECK --interval=10s --timeout=3s CMD ["node", "-e", "fetch('http://127.0.0.1:3001/readyz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# The configuration is mounted: it imports from the bridge beside it.
CMD ["node", "src/main.ts", "baton.config.ts"]
