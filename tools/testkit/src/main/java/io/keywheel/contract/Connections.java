package io.keywheel.contract;

import static io.keywheel.contract.Trial.Form.STREAM;
import static io.keywheel.contract.Trial.Form.WHOLE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.application.port.out.LlmPort;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.failover.Failure.Kind;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/// What becomes of connections.
interface Connections extends Subject {

    @Test
    default void uses_a_connection_again_after_an_answer() {
        try (var trial = trial(exchange -> exchange.say(wire().answer("Hello", FinishReason.STOP)))) {
            assertOneConnection(trial, () -> trial.answered(WHOLE));
        }
    }

    @Test
    default void uses_a_connection_again_after_a_stream() {
        try (var trial = trial(exchange -> exchange.stream(wire(), "one", "two"))) {
            assertOneConnection(trial, () -> trial.answered(STREAM));
        }
    }

    @Test
    default void uses_a_connection_again_after_a_refusal() {
        try (var trial = trial(exchange ->
                exchange.say(wire().failure(Kind.UNAVAILABLE, "broken").orElseThrow()))) {
            assertOneConnection(trial, () -> trial.failed(WHOLE));
        }
    }

    @Test
    default void connects_by_the_proxy_of_the_settings() {
        try (var proxy = WireServer.start(WireExchange::close);
                LlmPort port = Trial.openBehind(this, "127.0.0.1:" + proxy.port());
                var trial = trial(WireExchange::close)) {
            Trial.failed(port.complete(trial.hello(Trial.LONG)));
            assertTrue(
                    proxy.exchanges().stream()
                            .anyMatch(request -> request.head().startsWith("CONNECT ")),
                    "the option proxy is not used");
        }
    }

    @Test
    default void asks_only_once_whatever_comes_of_it() {
        try (var trial = trial(WireExchange::close)) {
            trial.failed(WHOLE);
            trial.request();
        }
    }

    @Test
    default void ends_what_is_under_way_when_closed() throws Exception {
        var asked = new CountDownLatch(1);
        try (var trial = trial(exchange -> {
            asked.countDown();
            exchange.awaitHangUp();
        })) {
            var pending = trial.pending(WHOLE);
            assertTrue(asked.await(Trial.LONG.toMillis(), TimeUnit.MILLISECONDS));
            Thread closing = Thread.ofVirtual().start(trial.port()::close); // one that waits shall not hold us up
            Trial.failed(pending.soon());
            closing.join();
        }
    }

    @Test
    default void leaves_no_connection_open_when_closed() {
        try (var trial = trial(exchange -> exchange.say(wire().answer("Hello", FinishReason.STOP)))) {
            trial.answered(WHOLE);
            trial.port().close();
            long end = System.nanoTime() + Trial.AT_ONCE.toNanos();
            while (trial.server().open() > 0) {
                assertTrue(System.nanoTime() < end, "a connection is still open");
                LockSupport.parkNanos(1_000_000);
            }
        }
    }

    private static void assertOneConnection(Trial trial, Runnable asking) {
        for (int i = 0; i < 5; i++) {
            asking.run();
        }
        assertEquals(1, trial.server().connections(), "connections");
    }
}
