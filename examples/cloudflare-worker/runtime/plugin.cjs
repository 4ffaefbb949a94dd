// Lays a wire between a Worker's bindings and the services behind them. In Miniflare they are in one process, where nothing gets
// lost. Here a Worker has the runtime's own bindings of R2 and D1, whose requests go to a port, and another one the services.
exports.plugins = {
    wire: {
        getBindings: (options) =>
            options.map(({ name, type, options: { service } }) => {
                const wire = { name: service ?? `wire:${name}` };
                switch (type) {
                    case "r2":
                        return { name, r2Bucket: wire };
                    case "d1":
                        return {
                            name,
                            wrapped: {
                                moduleName: "cloudflare-internal:d1-api",
                                innerBindings: [{ name: "fetcher", service: wire }],
                            },
                        };
                    default:
                        return { name, service: wire };
                }
            }),
        getNodeBindings: () => ({}),
        getServices: ({ options }) =>
            options
                .filter(({ options: { address } }) => address)
                .map(({ name, options: { address } }) => ({
                    name: `wire:${name}`,
                    external: { address, http: {} },
                })),
    },
};
