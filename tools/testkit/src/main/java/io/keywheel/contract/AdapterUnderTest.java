package io.keywheel.contract;

import static io.keywheel.contract.AdapterFixture.Form.STREAM;
import static io.keywheel.contract.AdapterFixture.Form.WHOLE;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.keywheel.application.port.out.LlmCall;
import io.keywheel.application.port.out.LlmProvider;
import io.keywheel.application.port.out.Timeouts;
import io.keywheel.contract.AdapterFixture.Form;
import io.keywheel.contract.Wire.Said;
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

/// The adapter and how its provider speaks. The helpers open it in front of a server with a script, and ask once.
interface AdapterUnderTest {

    /// Tags the checks that take long: they send megabytes, or wait for a timeout.
    String SLOW = "slow";

    LlmProvider provider();

    Wire wire();

    /// The adapter's own options, as text.
    Map<String, String> options();

    default AdapterFixture open(WireServer.Script script) {
        return open(AdapterFixture.PATIENT, script);
    }

    default AdapterFixture open(Timeouts timeouts, WireServer.Script script) {
        return AdapterFixture.of(this, timeouts, script);
    }

    /// In front of a provider that answers `Hello`.
    default AdapterFixture answering() {
        return answering(WHOLE);
    }

    /// In front of a provider that answers `Hello` in this form.
    default AdapterFixture answering(Form form) {
        return open(hello(form));
    }

    /// The answer `Hello` in this form.
    default WireServer.Script hello(Form form) {
        return form == WHOLE
                ? saying(wire().answer("Hello", FinishReason.STOP))
                : streaming(wire().piece("Hello"), end(wire()));
    }

    /// A call, made for the adapter that is asked.
    @FunctionalInterface
    interface Asked {
        LlmCall of(AdapterFixture adapter);
    }

    /// Asks a provider that answers `Hello`, in each form.
    ///
    /// @param check of what was sent
    default void asking(Asked call, Consumer<AdapterFixture> check) {
        inEachForm(form -> {
            try (var adapter = answering(form)) {
                adapter.ask(form, call.of(adapter));
                check.accept(adapter);
            }
        });
    }

    /// A failure names its form.
    static void inEachForm(ThrowingConsumer<Form> check) {
        for (Form form : Form.values()) {
            assertAll(form.name(), () -> check.accept(form));
        }
    }

    static WireServer.Script saying(Said said) {
        return exchange -> exchange.say(said);
    }

    /// A stream of these chunks that ends properly, as far as HTTP is concerned.
    default WireServer.Script streaming(String... chunks) {
        return exchange -> {
            exchange.openStream(wire());
            for (String chunk : chunks) {
                exchange.chunk(chunk);
            }
            exchange.endStream();
        };
    }

    /// A stream that says `Hello` and stays open.
    default WireServer.Script holding(CountDownLatch hungUp) {
        return exchange -> {
            exchange.openStream(wire());
            exchange.chunk(wire().piece("Hello"));
            exchange.awaitHangUp();
            hungUp.countDown();
        };
    }

    default Completion answer(Said said) {
        try (var adapter = open(saying(said))) {
            return adapter.answered(WHOLE);
        }
    }

    default Failure failure(Form form, WireServer.Script script) {
        try (var adapter = open(script)) {
            return adapter.failed(form);
        }
    }

    default Failure failure(Said said) {
        return failure(WHOLE, saying(said));
    }

    /// What a stream delivers, with its text joined.
    default Streamed stream(WireServer.Script script) {
        try (var adapter = open(script)) {
            Completion completion = adapter.answered(STREAM);
            return new Streamed(adapter.text(), adapter.chunks(), completion);
        }
    }

    record Streamed(String text, List<Chunk> chunks, Completion completion) {}

    /// Skips the check where the provider has no words for what it needs.
    default <T> T given(Optional<T> words) {
        assumeTrue(words.isPresent());
        return words.orElseThrow();
    }

    static String end(Wire wire) {
        return wire.end(FinishReason.STOP);
    }
}
