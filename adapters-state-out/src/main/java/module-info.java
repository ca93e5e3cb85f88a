/// State that several gateways share.
@SuppressWarnings("requires-automatic") // Jedis has no module descriptor, but a stable automatic module name.
module io.keywheel.adapters.state {
    requires static transitive org.jspecify;
    requires transitive io.keywheel.application;
    requires io.keywheel.json;
    requires redis.clients.jedis;

    exports io.keywheel.adapters.state;
}
