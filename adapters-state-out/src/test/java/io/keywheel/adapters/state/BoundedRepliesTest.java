package io.keywheel.adapters.state;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.PushConsumer;
import redis.clients.jedis.PushConsumerChain;
import redis.clients.jedis.PushMessage;

/// Checks the limits of a reply.
class BoundedRepliesTest {

    private static final PushConsumerChain NO_PUSHES = new PushConsumerChain() {
        @Override
        public PushMessage process(PushMessage message) {
            return message;
        }

        @Override
        public List<PushConsumer> getConsumers() {
            return List.of();
        }
    };

    @Test
    void reply_values_are_truncated_at_the_total_limit_except_small_ones() {
        String large = value(BoundedReplies.LARGEST_VALUE);
        var reply = new ArrayList<>(List.of("*4\r\n"));
        for (String value : List.of(large, large, large, value(100))) {
            reply.add("*1024\r\n");
            reply.addAll(Collections.nCopies(1024, value));
        }
        reply.add(large);
        var replies = new BoundedReplies(new SequenceInputStream(Collections.enumeration(
                reply.stream().map(BoundedRepliesTest::bytes).toList())));

        replies.begin();
        List<?> arrays = (List<?>) Protocol.read(replies, NO_PUSHES);
        replies.begin();
        byte[] next = (byte[]) Protocol.read(replies, NO_PUSHES);

        assertEquals(
                BoundedReplies.LARGEST_REPLY,
                arrays.subList(0, 3).stream().mapToInt(BoundedRepliesTest::size).sum());
        assertEquals(1024 * 100, size(arrays.getLast()));
        assertEquals(BoundedReplies.LARGEST_VALUE, next.length);
    }

    private static String value(int length) {
        return "$%d\r\n%s\r\n".formatted(length, "x".repeat(length));
    }

    private static int size(Object array) {
        return ((List<?>) array)
                .stream().mapToInt(value -> ((byte[]) value).length).sum();
    }

    private static InputStream bytes(String text) {
        return new ByteArrayInputStream(text.getBytes(US_ASCII));
    }
}
