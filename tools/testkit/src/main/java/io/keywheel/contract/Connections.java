package io.keywheel.contract;

import static io.keywheel.contract.AdapterUnderTest.Form.WHOLE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.application.port.out.LlmPort;
import io.keywheel.contract.Wire.Reply;
import io.keywheel.domain.failover.Failure.Kind;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

interface Connections extends AdapterUnderTest {

    @Test
    default void reuses_the_connection_after_an_answer() {
        inEachForm(form -> assertUsedAgain(hello(form), adapter -> answered(adapter.ask(form))));
    }

    @Test
    default void reuses_the_connection_after_a_refusal() {
        Reply refusal = wire().failure(Kind.UNAVAILABLE, "broken").orElseThrow();
        inEachForm(form -> assertUsedAgain(saying(refusal), adapter -> failed(adapter.ask(form))));
    }

    /// Allows for a busy machine, where the end of an answer may arrive too late for a reuse.
    private void assertUsedAgain(WireServer.Script script, Consumer<AdapterFixture> asking) {
        try (var adapter = open(script)) {
            for (int i = 0; i < 5; i++) {
                asking.accept(adapter);
            }
            assertTrue(adapter.server.connections() < 5, "each request opens a connection");
        }
    }

    @Test
    default void connects_through_the_configured_proxy() {
        assertProxied("", WireExchange::close, "CONNECT ");
    }

    @Test
    default void sends_the_credentials_of_the_proxy() {
        String pair = Base64.getEncoder().encodeToString("user:p@ss+".getBytes(StandardCharsets.UTF_8));
        assertProxied(
                "user:p%40ss+@",
                exchange -> exchange.answer(407, "text/plain", "", "Proxy-Authenticate: Basic realm=\"it\""),
                "Basic " + pair);
    }

    /// @param sent what the head of a request to the proxy contains
    private void assertProxied(String credentials, WireServer.Script script, String sent) {
        try (var proxy = WireServer.start(script);
                LlmPort port = port(
                        "https://provider.invalid",
                        LONG_TIMEOUTS,
                        Map.of("proxy", credentials + "127.0.0.1:" + proxy.port()),
                        SECRET)) {
            failed(port.complete(hello(LONG)));
            assertTrue(
                    proxy.exchanges().stream()
                            .anyMatch(request -> request.head().contains(sent)),
                    "the option proxy is not used, or not all of it");
        }
    }

    @Test
    default void sends_a_request_once() {
        assertSentOnce(WireExchange::close, "a connection that was closed");
    }

    /// Retries are the gateway's decision, not the adapter's.
    @Test
    default void sends_a_refused_request_once() {
        for (Kind kind : Kind.values()) {
            wire().failure(kind, "no").ifPresent(refusal -> assertSentOnce(saying(refusal), kind.name()));
        }
        assertSentOnce(streaming(), "a stream that ends before it begins");
        assertSentOnce(streaming(end()), "a stream that says nothing");
    }

    private void assertSentOnce(WireServer.Script script, String refusal) {
        inEachForm(form -> {
            try (var adapter = open(script)) {
                adapter.ask(form);
                assertEquals(1, adapter.server.exchanges().size(), refusal);
            }
        });
    }

    @Test
    default void ends_running_calls_when_closed() throws Exception {
        var asked = new CountDownLatch(1);
        try (var adapter = open(silent(asked))) {
            var call = pending(() -> adapter.ask(WHOLE));
            assertTrue(soon(asked));
            Thread closing = Thread.ofVirtual().start(adapter.port::close); // close() may wait for the call
            failed(call.soon());
            closing.join();
        }
    }

    @Test
    default void leaves_no_connection_open_when_closed() {
        try (var adapter = answering()) {
            answered(adapter.ask(WHOLE));
            adapter.port.close();
            long end = System.nanoTime() + AT_ONCE.toNanos();
            while (adapter.server.open() > 0) {
                assertTrue(System.nanoTime() < end, "a connection is still open");
                LockSupport.parkNanos(1_000_000);
            }
        }
    }
}
