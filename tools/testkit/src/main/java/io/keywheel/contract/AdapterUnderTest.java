package io.keywheel.contract;

import static io.keywheel.contract.AdapterFixture.Form.STREAM;
import static io.keywheel.contract.AdapterFixture.Form.WHOLE;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.keywheel.application.port.out.LlmCall;
import io.keywheel.application.port.out.LlmProvider;
import io.keywheel.application.port.out.Timeouts;
import io.keywheel.contract.AdapterFixture.Form;
import io.keywheel.contract.Wire.Reply;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.failover.Failure;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.function.ThrowingConsumer;

/// The adapter and its provider's wire format. The helper methods connect it to a scripted server and make one
/// call.
interface AdapterUnderTest {

    /// The tag of slow checks, which send megabytes or wait for a timeout.
    String SLOW = "slow";

    LlmProvider provider();

    Wire wire();

    /// Options for the adapter.
    Map<String, String> options();

    default AdapterFixture open(WireServer.Script script) {
        return open(AdapterFixture.PATIENT, script);
    }

    default AdapterFixture open(Timeouts timeouts, WireServer.Script script) {
        return AdapterFixture.of(this, timeouts, script);
    }

    /// Connected to a server that answers `Hello`.
    default AdapterFixture answering() {
        return answering(WHOLE);
    }

    /// Connected to a server that answers `Hello` in this form.
    default AdapterFixture answering(Form form) {
        return open(hello(form));
    }

    /// The answer `Hello` in this form.
    default WireServer.Script hello(Form form) {
        return form == WHOLE
                ? saying(wire().answer("Hello", FinishReason.STOP))
                : streaming(wire().piece("Hello"), end(wire()));
    }

    /// Creates a call for the given adapter.
    @FunctionalInterface
    interface Asked {
        LlmCall of(AdapterFixture adapter);
    }

    /// Makes the call in each form. The server answers `Hello`.
    ///
    /// @param check validates the request that was sent
    default void asking(Asked call, Consumer<AdapterFixture> check) {
        inEachForm(form -> {
            try (var adapter = answering(form)) {
                adapter.ask(form, call.of(adapter));
                check.accept(adapter);
            }
        });
    }

    /// Runs a check in each form. A failure names the form.
    static void inEachForm(ThrowingConsumer<Form> check) {
        for (Form form : Form.values()) {
            assertAll(form.name(), () -> check.accept(form));
        }
    }

    static WireServer.Script saying(Reply said) {
        return exchange -> exchange.say(said);
    }

    /// A stream of these chunks with a proper end of its HTTP body.
    default WireServer.Script streaming(String... chunks) {
        return exchange -> {
            exchange.openStream(wire());
            for (String chunk : chunks) {
                exchange.chunk(chunk);
            }
            exchange.endStream();
        };
    }

    /// A stream that sends `Hello` and stays open.
    default WireServer.Script holding(CountDownLatch hungUp) {
        return exchange -> {
            exchange.openStream(wire());
            exchange.chunk(wire().piece("Hello"));
            exchange.awaitHangUp();
            hungUp.countDown();
        };
    }

    default Completion answer(Reply said) {
        try (var adapter = open(saying(said))) {
            return adapter.answered(WHOLE);
        }
    }

    default Failure failure(Form form, WireServer.Script script) {
        try (var adapter = open(script)) {
            return adapter.failed(form);
        }
    }

    default Failure failure(Reply said) {
        return failure(WHOLE, saying(said));
    }

    /// The result of a stream, with its text joined.
    default Streamed stream(WireServer.Script script) {
        try (var adapter = open(script)) {
            Completion completion = adapter.answered(STREAM);
            return new Streamed(adapter.text(), adapter.chunks(), completion);
        }
    }

    record Streamed(String text, List<Chunk> chunks, Completion completion) {}

    /// Skips the check if the provider's format lacks the feature.
    default <T> T given(Optional<T> words) {
        assumeTrue(words.isPresent());
        return words.orElseThrow();
    }

    static String end(Wire wire) {
        return wire.end(FinishReason.STOP);
    }
}
