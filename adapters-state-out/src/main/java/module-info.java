/// Shared state of several gateways.
@SuppressWarnings("requires-automatic") // Jedis has no module descriptor, but a name that it keeps.
module io.keywheel.adapters.state {
    requires static transitive org.jspecify;
    requires transitive io.keywheel.application;
    requires io.keywheel.json;
    requires redis.clients.jedis;

    exports io.keywheel.adapters.state;
}
