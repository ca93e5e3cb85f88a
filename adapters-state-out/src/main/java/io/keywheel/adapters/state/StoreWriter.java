package io.keywheel.adapters.state;

import io.keywheel.domain.sharing.Fact;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;
import redis.clients.jedis.Protocol.Command;

/// Appends facts to the streams, in one round trip for each batch, and renews the streams' expiry.
record StoreWriter(StoreContext context) {

    /// Without facts, only a command is sent that keeps the connection alive.
    void write(StoreConnection store, List<Fact> facts) {
        if (facts.isEmpty()) {
            store.send(Command.TIME);
        }
        var codec = new FactCodec(context.keys().get());
        Instant now = context.clock().instant();
        facts.stream()
                .collect(Collectors.groupingBy(StoreStream::of, LinkedHashMap::new, Collectors.toList()))
                .forEach((stream, some) -> {
                    add(store, stream, some, codec, now);
                    store.send(Command.EXPIRE, stream.key(), stream.kind().kept.toSeconds());
                });
        store.awaitReplies();
    }

    /// Splits the facts into as many entries as the size limits require.
    private void add(StoreConnection store, StoreStream stream, List<Fact> facts, FactCodec codec, Instant now) {
        byte[] json = facts.size() > FactCodec.MOST_FACTS ? new byte[0] : codec.write(facts, now);
        if (json.length == 0 || json.length > BoundedReplies.LARGEST_VALUE) {
            int half = facts.size() / 2;
            if (half > 0) {
                add(store, stream, facts.subList(0, half), codec, now);
                add(store, stream, facts.subList(half, facts.size()), codec, now);
            }
            return;
        }
        store.send(
                Command.XADD,
                stream.key(),
                "MAXLEN",
                "~",
                stream.kind().most,
                "*",
                "v",
                FactCodec.VERSION,
                "g",
                context.gateway(),
                "u",
                context.usageId(),
                "f",
                json);
    }
}
