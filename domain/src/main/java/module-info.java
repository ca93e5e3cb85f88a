/// The policy of Keywheel: what to try next, and what is known of keys, quota groups, models and providers.
///
/// It does nothing itself: it reads no clock, starts no thread, opens no socket. Time and chance arrive as
/// arguments.
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
