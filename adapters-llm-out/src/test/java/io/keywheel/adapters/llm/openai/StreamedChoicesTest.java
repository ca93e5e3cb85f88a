package io.keywheel.adapters.llm.openai;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.application.port.out.Timeouts;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.failover.Failure;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/// Several answers in one stream.
@Timeout(30)
@ParameterizedClass
@ValueSource(strings = {"jdk", "helidon"})
class StreamedChoicesTest extends StreamFixture {

    @Test
    void a_stream_goes_on_until_every_choice_has_ended() {
        var completion = answered(exchange -> exchange.stream(
                said(0, "a"), said(1, "b"), ended(1, "length"), said(0, "c"), ended(0, "stop"), "[DONE]"));
        assertEquals(FinishReason.STOP, completion.finishReason());
        assertEquals(List.of("0a", "1b", "1", "0c", "0"), told());
    }

    @Test
    void a_stream_that_ends_before_every_choice_has_is_cut() {
        assertEquals(
                new Failure.Interrupted("the stream ended before the answer did"),
                failed(exchange -> exchange.stream(said(0, "a"), said(1, "b"), ended(0, "stop"))));
    }

    @Test
    void a_stream_needs_no_done_after_every_choice_has_ended() {
        assertEquals(
                FinishReason.LENGTH,
                answered(exchange -> exchange.stream(said(0, "a"), said(1, "b"), ended(1, "stop"), ended(0, "length")))
                        .finishReason());
    }

    @Test
    void a_choice_that_has_not_ended_is_waited_for() {
        var timeouts = new Timeouts(LONG, LONG, SHORT);
        assertEquals(
                new Failure.Interrupted("nothing more within 300ms"),
                failed(
                        exchange -> {
                            exchange.openStream();
                            exchange.event(said(0, "a"));
                            exchange.event(said(1, "b"));
                            exchange.event(ended(0, "stop"));
                            exchange.awaitHangUp();
                        },
                        timeouts,
                        LONG));
    }

    @Test
    void words_of_any_choice_are_an_answer() {
        answered(exchange -> exchange.stream(ended(0, "stop"), said(1, "b"), ended(1, "stop"), "[DONE]"));
        assertEquals(List.of("0", "1b", "1"), told());
    }

    @Test
    void the_first_choice_tells_how_the_answer_ended() {
        assertEquals(
                FinishReason.OTHER,
                answered(exchange -> exchange.stream(said(0, "a"), ended(1, "stop"), "[DONE]"))
                        .finishReason());
    }

    @Test
    void a_choice_that_speaks_after_its_end_has_still_ended() {
        assertEquals(
                FinishReason.STOP,
                answered(exchange -> exchange.stream(said(0, "a"), ended(0, "stop"), said(0, "")))
                        .finishReason());
    }

    private List<String> told() {
        return chunks.stream()
                .flatMap(chunk -> chunk.pieces().stream())
                .map(piece -> piece.choice() + piece.delta().text())
                .toList();
    }

    private static String said(int choice, String text) {
        return "{\"choices\":[{\"index\":" + choice + ",\"delta\":{\"content\":\"" + text + "\"}}]}";
    }

    private static String ended(int choice, String reason) {
        return "{\"choices\":[{\"index\":" + choice + ",\"delta\":{},\"finish_reason\":\"" + reason + "\"}]}";
    }
}
