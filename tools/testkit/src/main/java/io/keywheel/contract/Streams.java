package io.keywheel.contract;

import static io.keywheel.contract.Trial.Form.STREAM;
import static io.keywheel.contract.Trial.LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.chat.ToolCallPart;
import io.keywheel.domain.failover.Failure.Kind;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Answers piece by piece.
interface Streams extends Subject {

    @Test
    default void hands_on_pieces_to_the_character() {
        List<String> pieces = List.of("Zażółć ", "\"gęślą\" jaźń,\n", "日本語 \\ 🦊");
        try (var trial = trial(exchange -> {
            exchange.openStream(wire());
            for (String piece : pieces) {
                exchange.chunk(wire().piece(piece));
            }
            exchange.endStream(wire());
        })) {
            trial.answered(STREAM);
            assertEquals(String.join("", pieces), trial.words());
        }
    }

    @Test
    default void hands_on_each_piece_when_it_is_said() {
        var heard = new CountDownLatch(1);
        try (var trial = trial(exchange -> {
            exchange.openStream(wire());
            exchange.chunk(wire().piece("one "));
            if (heard.await(Trial.AT_ONCE.toMillis(), TimeUnit.MILLISECONDS)) {
                exchange.chunk(wire().piece("two"));
            }
            exchange.endStream(wire());
        })) {
            var words = new StringBuilder();
            Trial.answered(trial.port().stream(trial.hello(LONG), chunk -> {
                words.append(chunk.text());
                if (chunk.carriesContent()) {
                    heard.countDown();
                }
            }));
            assertEquals("one two", words.toString());
        }
    }

    @Test
    default void reads_a_stream_however_it_is_cut() {
        try (var trial = trial(exchange -> {
            exchange.openStream(wire());
            String all = wire().piece("Ein jäher Schnitt trennt, was ") + wire().piece("zusammengehört: 🦊");
            for (byte one : all.getBytes(StandardCharsets.UTF_8)) {
                exchange.chunk(new byte[] {one});
            }
            exchange.endStream(wire());
        })) {
            trial.answered(STREAM);
            assertEquals("Ein jäher Schnitt trennt, was zusammengehört: 🦊", trial.words());
        }
    }

    @Test
    default void reads_a_stream_that_comes_in_one_go() {
        try (var trial = trial(exchange -> {
            exchange.openStream(wire());
            exchange.chunk(wire().piece("one ")
                    + wire().piece("two ")
                    + wire().piece("three ")
                    + wire().piece("four")
                    + wire().end(FinishReason.STOP));
            exchange.endStream();
        })) {
            trial.answered(STREAM);
            assertEquals("one two three four", trial.words());
        }
    }

    @Test
    default void tells_what_a_stream_cost() {
        try (var trial = trial(exchange -> exchange.stream(wire(), "Hello"))) {
            Answers.assertCost(trial.answered(STREAM).usage());
        }
    }

    @Test
    default void tells_why_a_stream_ended() {
        for (FinishReason reason : List.of(FinishReason.STOP, FinishReason.LENGTH)) {
            try (var trial = trial(exchange -> {
                exchange.openStream(wire());
                exchange.chunk(wire().piece("Hello"));
                exchange.chunk(wire().end(reason));
                exchange.endStream();
            })) {
                assertEquals(reason, trial.answered(STREAM).finishReason());
            }
        }
    }

    @Test
    default void hands_on_the_wish_to_call_a_function_in_a_stream() {
        var call = wire().toolCallPiece("look_up", "{\"city\":\"Ulm\"}");
        assumeTrue(call.isPresent());
        try (var trial = trial(exchange -> {
            exchange.openStream(wire());
            exchange.chunk(call.get());
            exchange.endStream(wire());
        })) {
            trial.answered(STREAM);
            List<ToolCallPart> wish = trial.chunks().stream()
                    .flatMap(chunk -> chunk.pieces().stream())
                    .flatMap(piece -> piece.delta().toolCalls().stream())
                    .toList();
            assertEquals("look_up", joined(wish, ToolCallPart::name));
            assertTrue(joined(wish, ToolCallPart::arguments).contains("Ulm"), wish::toString);
        }
    }

    private static String joined(List<ToolCallPart> parts, Function<ToolCallPart, @Nullable String> fragment) {
        return parts.stream().map(fragment).filter(Objects::nonNull).collect(Collectors.joining());
    }

    @Test
    default void takes_an_empty_stream_for_a_failure() {
        try (var trial = trial(exchange -> {
            exchange.openStream(wire());
            exchange.endStream(wire());
        })) {
            assertEquals(Kind.EMPTY_REPLY, trial.failed(STREAM).kind());
        }
    }

    @Test
    default void ends_with_the_end_of_the_answer_though_the_provider_holds_the_line() throws Exception {
        try (var trial = trial(exchange -> {
            exchange.openStream(wire());
            exchange.chunk(wire().piece("Hello"));
            exchange.chunk(wire().end(FinishReason.STOP));
            exchange.awaitHangUp();
        })) {
            Trial.answered(trial.pending(STREAM).soon());
        }
    }
}
