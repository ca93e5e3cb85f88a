package io.keywheel.bootstrap.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class AsyncHandlerTest {

    private static final Formatter MESSAGE_ALONE = new Formatter() {
        @Override
        public String format(LogRecord event) {
            return event.getMessage().concat("\n");
        }
    };

    private static final String LEFT_OUT = "The log was not read, so lines were left out: ";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private String written() {
        return out.toString(UTF_8);
    }

    private static LogRecord event(String message) {
        return new LogRecord(Level.INFO, message);
    }

    private static String numbers() {
        return IntStream.range(0, 1000).mapToObj(i -> i + "\n").collect(Collectors.joining());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void flush_and_close_return_after_all_lines_are_written_in_order(boolean flush) {
        var handler = AsyncHandler.start(out, MESSAGE_ALONE);
        IntStream.range(0, 1000).forEach(i -> handler.publish(event(i + "")));
        if (flush) {
            handler.flush();
            assertEquals(numbers(), written());
        }
        handler.close();

        assertEquals(numbers(), written());
    }

    @Test
    void publish_does_not_block_on_an_unread_log_and_dropped_lines_are_counted() throws InterruptedException {
        var begun = new CountDownLatch(1);
        var read = new Semaphore(0);
        var handler = handler(text -> {
            begun.countDown();
            read.acquireUninterruptibly();
            out.writeBytes(text.getBytes(UTF_8));
        });
        handler.publish(event("first"));
        begun.await();

        String kibibyte = "x".repeat(1023);
        IntStream.range(0, 2000).forEach(_ -> handler.publish(event(kibibyte)));
        read.release(1_000);
        handler.close();

        String log = written();
        assertTrue(log.startsWith("first\n" + kibibyte + "\n"), log.substring(0, 10));
        assertTrue(log.endsWith("\n" + LEFT_OUT + "977\n"), log.substring(log.length() - 100));
    }

    @Test
    void close_returns_although_the_log_is_unread() throws InterruptedException {
        var begun = new CountDownLatch(1);
        var handler = handler(_ -> {
            begun.countDown();
            new Semaphore(0).acquireUninterruptibly();
        });
        handler.publish(event("first"));
        begun.await();

        handler.close();
    }

    @Test
    void each_line_is_written_or_counted_as_dropped_under_overload() throws InterruptedException {
        var reads = new Semaphore(0);
        var handler = handler(text -> {
            reads.acquireUninterruptibly();
            out.writeBytes(text.getBytes(UTF_8));
        });
        String line = "x".repeat(99);
        var loggers = new ArrayList<Thread>();
        for (int i = 0; i < 4; i++) {
            loggers.add(Thread.ofPlatform().start(() -> {
                for (int published = 0; published < 50_000; published++) {
                    handler.publish(event(line));
                    if (published % 5_000 == 0) {
                        reads.release();
                    }
                }
            }));
        }
        for (Thread logger : loggers) {
            logger.join();
        }
        reads.release(1_000_000);
        handler.close();

        long written = written().lines().filter(line::equals).count();
        long counted = written()
                .lines()
                .filter(each -> each.startsWith(LEFT_OUT))
                .mapToLong(each -> Long.parseLong(each.substring(LEFT_OUT.length())))
                .sum();
        assertTrue(counted > 0);
        assertEquals(200_000, written + counted);
    }

    @Test
    void line_longer_than_the_queue_limit_is_written_if_the_queue_is_empty() {
        var handler = AsyncHandler.start(out, MESSAGE_ALONE);

        handler.publish(event("x".repeat(3_000_000)));
        handler.close();

        assertEquals(3_000_001, out.size());
    }

    @Test
    void unformattable_event_is_logged_by_exception_type() {
        var handler = AsyncHandler.start(out, MESSAGE_ALONE);

        handler.publish(new LogRecord(Level.INFO, null));
        handler.publish(event("next"));
        handler.close();

        assertEquals("An event could not be logged: java.lang.NullPointerException\nnext\n", written());
    }

    @Test
    void handler_continues_after_a_failed_write() throws InterruptedException {
        BlockingQueue<String> written = new LinkedBlockingQueue<>();
        var handler = handler(text -> {
            written.add(text);
            throw new IOException("full");
        });

        handler.publish(event("first"));
        assertEquals("first\n", written.take());
        handler.publish(event("second"));

        assertEquals("second\n", written.take());
        handler.close();
    }

    private interface Writing {
        void of(String text) throws IOException;
    }

    private static AsyncHandler handler(Writing writing) {
        return AsyncHandler.start(
                new OutputStream() {
                    @Override
                    public void write(int one) throws IOException {
                        throw new IOException("only whole lines");
                    }

                    @Override
                    public void write(byte[] bytes) throws IOException {
                        writing.of(new String(bytes, UTF_8));
                    }
                },
                MESSAGE_ALONE);
    }
}
