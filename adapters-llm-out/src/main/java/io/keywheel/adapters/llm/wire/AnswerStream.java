package io.keywheel.adapters.llm.wire;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.adapters.llm.wire.SseReader.Event;
import io.keywheel.adapters.llm.wire.Transport.Response;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.ChunkSink;
import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.chat.ToolCallPart;
import io.keywheel.domain.failover.Failure;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One streamed answer on its way to the sink.
final class AnswerStream {

    /// How long the end of the body may take after the end of the stream. It usually comes in the same
    /// packet, and lets the connection serve again.
    private static final Duration FAREWELL = Duration.ofMillis(100);

    private static final Failure NO_JSON = new Failure.Unavailable("the stream has an event that is no JSON", null);

    /// How long what follows the end of the answer may take: its usage, and the word that it was all.
    private static final Duration REMAINDER = Duration.ofSeconds(1);

    private final Response response;
    private final ChunkSink sink;
    private final Patience patience;
    private final FailureReader failures;
    private final SseReader events = new SseReader();
    private @Nullable FinishReason finished;
    private @Nullable TokenUsage usage;
    private boolean committed;

    AnswerStream(Response response, ChunkSink sink, Patience patience, FailureReader failures) {
        this.response = response;
        this.sink = sink;
        this.patience = patience;
        this.failures = failures;
    }

    /// Reads to the end; what the sink throws comes out unchanged.
    LlmReply relay() throws InterruptedException {
        try {
            Failure failure = pump();
            return failure == null ? end() : failed(failure);
        } catch (TransportException e) {
            if (finished != null) {
                return end();
            }
            return failed(e.isTimeout() ? patience.failure(e) : new Failure.Unavailable(e.reason(), null), e.reason());
        }
    }

    private @Nullable Failure pump() throws TransportException, InterruptedException {
        while (true) {
            byte[] bytes = response.body().next(patience);
            for (Event event : bytes == null ? events.end() : events.read(bytes)) {
                if (event.data().startsWith("[DONE]")) {
                    finished = finished == null ? FinishReason.OTHER : finished;
                    sayFarewell();
                    return null;
                }
                Failure failure = take(event);
                if (failure != null) {
                    return failure;
                }
            }
            if (bytes == null) {
                return finished == null
                        ? new Failure.Unavailable("the stream ended before the answer did", null)
                        : null;
            }
        }
    }

    private @Nullable Failure take(Event event) {
        JsonNode root = Json.parse(event.data());
        Failure failure = failures.inside(root, response.headers());
        if (failure == null && "error".equals(event.name())) {
            failure = failures.spoken(event.data());
        }
        if (failure != null) {
            return failure;
        }
        if (!root.isObject()) {
            return event.data().isBlank() ? null : NO_JSON;
        }
        TokenUsage told = AnswerReader.usage(root);
        usage = told == null ? usage : told;
        for (JsonNode choice : root.path("choices")) {
            // Others belong to answers beside the first, of which the vocabulary has none.
            if (choice.path("index").asInt(0) == 0) {
                takeChoice(choice);
            }
        }
        if (finished != null) {
            patience.shorten(REMAINDER);
        } else if (committed) {
            patience.heardContent();
        }
        return null;
    }

    private void takeChoice(JsonNode choice) {
        JsonNode delta = choice.path("delta");
        String reasoning = AnswerReader.reasoning(delta);
        if (reasoning != null) {
            pass(Chunk.reasoning(reasoning));
        }
        pass(Chunk.text(AnswerReader.content(delta.path("content"))));
        List<ToolCallPart> fragments = ToolCalls.fragments(delta.path("tool_calls"));
        pass(Chunk.of(new Chunk.Delta("", "", fragments, Extras.NONE)));
        if (choice.path("finish_reason").isTextual()) {
            finished = AnswerReader.finishReason(choice.path("finish_reason").textValue());
        }
    }

    private void pass(Chunk chunk) {
        if (chunk.carriesContent()) {
            committed = true;
            sink.accept(chunk);
        }
    }

    private LlmReply end() {
        FinishReason reason = finished == null ? FinishReason.OTHER : finished;
        return committed || AnswerReader.mayBeEmpty(reason)
                ? new LlmReply.Answered(Completion.streamed(reason, usage), RateLimits.allowance(response.headers()))
                : new LlmReply.Failed(AnswerReader.EMPTY);
    }

    private LlmReply failed(Failure failure) {
        return failed(failure, failure.message());
    }

    private LlmReply failed(Failure before, String after) {
        return new LlmReply.Failed(committed ? new Failure.Interrupted(after) : before);
    }

    private void sayFarewell() throws InterruptedException {
        patience.shorten(FAREWELL);
        Bodies.beginning(response.body(), patience);
    }
}
