package io.keywheel.adapters.state;

import java.time.InstantSource;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;

/// What the port and the two threads of [StoreLink] share.
///
/// @param gateway the name of this gateway in the store
/// @param keys the current names of the keys
record StoreContext(
        RedisSharedState.Settings settings,
        InstantSource clock,
        String gateway,
        String usageId,
        AtomicReference<Fingerprints> keys,
        Outbox outbox,
        Claims claims) {

    StoreContext(RedisSharedState.Settings settings, String usageId, InstantSource clock) {
        // Random, so that it differs from other gateways and from earlier starts of this one.
        String gateway = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
        this(settings, clock, gateway, usageId, new AtomicReference<>(Fingerprints.NONE), new Outbox(), new Claims());
    }
}
