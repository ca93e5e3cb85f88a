package io.keywheel.adapters.state;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.PushConsumer;
import redis.clients.jedis.PushConsumerChain;
import redis.clients.jedis.PushMessage;
import redis.clients.jedis.exceptions.JedisConnectionException;

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
        int most = BoundedReplies.MOST_FIELDS;
        int arrays = BoundedReplies.LARGEST_REPLIES / BoundedReplies.LARGEST_VALUE / most + 1;
        String large = value(BoundedReplies.LARGEST_VALUE);
        BoundedReplies replies = replies(
                "*%d\r\n".formatted(arrays + 1) + array(most, large).repeat(arrays) + array(most, value(100)) + large);

        List<?> all = (List<?>) read(replies);
        byte[] next = (byte[]) read(replies);

        assertEquals(
                BoundedReplies.LARGEST_REPLIES,
                all.subList(0, arrays).stream()
                        .mapToInt(BoundedRepliesTest::size)
                        .sum());
        assertEquals(most * 100, size(all.getLast()));
        assertEquals(BoundedReplies.LARGEST_VALUE, next.length);
    }

    /// However small they are: hundreds of entries with a thousand fields each could exhaust the heap.
    @Test
    void entry_of_too_many_fields_is_read_as_empty() {
        BoundedReplies replies = replies("*2\r\n" + array(100, value(1)) + value(2));

        List<?> all = (List<?>) read(replies);

        assertEquals(List.of(), all.getFirst());
        assertEquals(2, ((byte[]) all.getLast()).length);
    }

    @Test
    void array_of_entries_may_be_longer() {
        int entries = BoundedReplies.MOST_FIELDS + 1;

        assertEquals(entries, ((List<?>) read(replies(array(entries, array(2, value(1)))))).size());
    }

    @Test
    void full_pages_of_a_hundred_providers_are_read() {
        int streams = 201;
        String entry = array(2, "%s").formatted(value(20), array(8, value(1)));
        String stream = array(2, "%s").formatted(value(20), array(256, entry));

        assertEquals(streams, ((List<?>) read(replies(array(streams, stream)))).size());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*2000000000\r\n*0\r\n",
                "*2000000000\r\n:1\r\n",
                "%2000000000\r\n:1\r\n",
                "~2000000000\r\n:1\r\n",
                ">2000000000\r\n:1\r\n"
            })
    void reply_of_too_many_elements_is_refused_before_it_uses_memory(String reply) {
        assertRefused(reply);
    }

    @ParameterizedTest
    @ValueSource(strings = {"*0\r\n", "*-1\r\n", ":1\r\n"})
    void elements_of_all_arrays_count_together(String element) {
        assertRefused(
                "*4\r\n" + array(BoundedReplies.MOST_ELEMENTS / 4, element).repeat(4));
    }

    @Test
    void lines_count_as_values() {
        String line = "+%s\r\n".formatted("x".repeat(BoundedReplies.LARGEST_VALUE));

        assertRefused(array(BoundedReplies.LARGEST_REPLIES / BoundedReplies.LARGEST_VALUE + 1, line));
    }

    @ParameterizedTest
    @ValueSource(strings = {"+", "-"})
    void line_that_does_not_end_is_refused(String type) {
        assertRefused(type + "x".repeat(BoundedReplies.LARGEST_VALUE + 1));
    }

    private static void assertRefused(String reply) {
        BoundedReplies replies = replies(reply);

        String message = assertThrows(JedisConnectionException.class, () -> read(replies))
                .getMessage();

        assertEquals("it does not answer as Redis or Valkey does", message);
    }

    private static Object read(BoundedReplies replies) {
        replies.begin();
        return Objects.requireNonNull(Protocol.read(replies, NO_PUSHES));
    }

    private static BoundedReplies replies(String text) {
        return new BoundedReplies(new ByteArrayInputStream(text.getBytes(US_ASCII)));
    }

    private static String array(int length, String element) {
        return "*%d\r\n".formatted(length) + element.repeat(length);
    }

    private static String value(int length) {
        return "$%d\r\n%s\r\n".formatted(length, "x".repeat(length));
    }

    private static int size(Object array) {
        return ((List<?>) array)
                .stream().mapToInt(value -> ((byte[]) value).length).sum();
    }
}
