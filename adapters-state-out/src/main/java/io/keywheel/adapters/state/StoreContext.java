package io.keywheel.adapters.state;

import java.time.InstantSource;

/// What the port and the two threads of [StoreLink] share.
///
/// @param gateway the name of this gateway in the store
record StoreContext(
        RedisSharedState.Settings settings, String gateway, InstantSource clock, Outbox outbox, Claims claims) {}
