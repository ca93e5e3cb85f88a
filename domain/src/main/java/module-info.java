/// The policy of Keywheel: the next step of a request, and the state of keys, quota groups, models and providers.
///
/// It reads no clock, starts no thread and opens no socket. Time and chance are arguments.
module io.keywheel.domain {
    requires static transitive org.jspecify;

    exports io.keywheel.domain.chat;
    exports io.keywheel.domain.client;
    exports io.keywheel.domain.failover;
    exports io.keywheel.domain.rotation;
    exports io.keywheel.domain.routing;
    exports io.keywheel.domain.sharing;
    exports io.keywheel.domain.status;
    exports io.keywheel.domain.usage;
}
