package io.keywheel.adapters.http.anthropic;

import io.keywheel.adapters.http.anthropic.ContentBlock.Kind;
import io.keywheel.adapters.http.errors.ErrorResponse;
import io.keywheel.adapters.http.json.JsonWriter;
import io.keywheel.adapters.http.server.ErrorSender;
import io.keywheel.adapters.http.server.SseStream;
import io.keywheel.adapters.http.server.StreamedAnswer;
import io.keywheel.application.port.in.Answer;
import io.keywheel.application.port.in.ServedBy;
import io.keywheel.domain.chat.AnswerLimits;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Chunk.Delta;
import io.keywheel.domain.chat.Chunk.Piece;
import io.keywheel.domain.chat.Completion.Choice;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.chat.ToolCallPart;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A streamed answer as Anthropic sends it: blocks one after the other, each opened, filled and closed.
///
/// An upstream may go back and forth between text and several tool calls. The first block of a queue is the open one.
/// What belongs to a later one waits until the open one is whole: text and thoughts always are, the arguments of a
/// call once their object is closed. [AnswerLimits] bounds what waits.
final class AnthropicStream implements StreamedAnswer {

    private static final byte[] MESSAGE_START = name("message_start");
    private static final byte[] BLOCK_START = name("content_block_start");
    private static final byte[] BLOCK_DELTA = name("content_block_delta");
    private static final byte[] BLOCK_STOP = name("content_block_stop");
    private static final byte[] MESSAGE_DELTA = name("message_delta");
    private static final byte[] MESSAGE_STOP = name("message_stop");
    private static final byte[] STOPPED = name("{\"type\":\"message_stop\"}");
    private static final byte[] ERROR = name("error");

    private final SseStream events;
    private final AnthropicResponses responses;
    private final ErrorSender errorSender;
    private final Deque<ContentBlock> blocks = new ArrayDeque<>();
    private final Map<Integer, ContentBlock> calls = new HashMap<>();
    private int started;
    private long characters;
    private @Nullable TokenUsage usage;
    private @Nullable FinishReason finishReason;
    private Extras besideReason = Extras.NONE;

    AnthropicStream(SseStream events, AnthropicResponses responses, ErrorSender errorSender) {
        this.events = events;
        this.responses = responses;
        this.errorSender = errorSender;
    }

    private static byte[] name(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void open(ServedBy servedBy) {
        events.open(servedBy);
        events.sendAs(MESSAGE_START, true, JsonWriter.written(json -> {
            json.writeStringField("type", "message_start");
            json.writeObjectFieldStart("message");
            responses.writeStart(servedBy.target().model(), json);
            json.writeEndObject();
        }));
    }

    @Override
    public void accept(Chunk chunk) {
        accept(chunk, false);
    }

    @Override
    public void accept(Chunk chunk, boolean more) {
        usage = chunk.usage() == null ? usage : chunk.usage();
        characters += AnswerLimits.characters(chunk);
        for (Piece piece : chunk.pieces()) {
            // Nobody can ask for other choices here.
            if (piece.choice() == 0) {
                take(piece);
            }
        }
        send(false);
        if (!more) {
            events.flush();
        }
    }

    private void take(Piece piece) {
        Delta delta = piece.delta();
        if (!delta.reasoning().isEmpty()) {
            last(Kind.THINKING).add(delta.reasoning());
        }
        if (!delta.text().isEmpty()) {
            last(Kind.TEXT).add(delta.text());
        }
        for (ToolCallPart part : delta.toolCalls()) {
            ContentBlock call = calls.get(part.index());
            if (call == null || call.isOtherThan(part.id())) {
                call = new ContentBlock(Kind.TOOL_USE);
                calls.put(part.index(), call);
                blocks.add(call);
            }
            call.call(part.id(), part.name());
            call.add(part.arguments());
        }
        if (piece.finishReason() != null) {
            finishReason = piece.finishReason();
            besideReason = piece.extras();
        }
    }

    private ContentBlock last(Kind kind) {
        ContentBlock last = blocks.peekLast();
        if (last == null || !last.is(kind)) {
            last = new ContentBlock(kind);
            blocks.add(last);
        }
        return last;
    }

    /// Sends what can be.
    ///
    /// @param all whether nothing more comes, so that no block waits for anything
    private void send(boolean all) {
        for (ContentBlock open = blocks.peek(); open != null; open = blocks.peek()) {
            if (!open.isStarted()) {
                if (!all && !open.canStart()) {
                    return;
                }
                events.sendAs(BLOCK_START, true, open.start(started++, responses));
            }
            byte[][] delta = open.takeDelta(all);
            if (delta != null) {
                events.sendAs(BLOCK_DELTA, true, delta);
            }
            if (!all && (blocks.size() == 1 || !open.isWhole())) {
                return;
            }
            events.sendAs(BLOCK_STOP, true, open.stop());
            blocks.remove();
        }
    }

    @Override
    public void end(Answer answer) {
        send(true);
        Choice choice = answer.completion().choices().getFirst();
        String reason = finishReason == null
                ? AnthropicResponses.stopReason(choice.finishReason(), choice.extras(), !calls.isEmpty())
                : AnthropicResponses.stopReason(finishReason, besideReason, !calls.isEmpty());
        TokenUsage reported = usage == null ? answer.completion().usage() : usage;
        events.sendAs(MESSAGE_DELTA, true, JsonWriter.written(json -> {
            json.writeStringField("type", "message_delta");
            json.writeObjectFieldStart("delta");
            AnthropicResponses.writeStop(reason, json);
            json.writeEndObject();
            AnthropicResponses.writeUsage(responses.usage(reported, characters), json);
        }));
        events.sendAs(MESSAGE_STOP, true, STOPPED);
    }

    @Override
    public void fail(ErrorResponse error) {
        events.sendAs(ERROR, true, JsonWriter.bytes(errorSender.format().body(error, responses.requestId())));
    }
}
