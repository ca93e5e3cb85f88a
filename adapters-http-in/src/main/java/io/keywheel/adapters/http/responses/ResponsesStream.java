package io.keywheel.adapters.http.responses;

import io.keywheel.adapters.http.errors.ErrorResponse;
import io.keywheel.adapters.http.server.SseStream;
import io.keywheel.adapters.http.server.StreamedAnswer;
import io.keywheel.application.port.in.Answer;
import io.keywheel.application.port.in.ServedBy;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Chunk.Delta;
import io.keywheel.domain.chat.Chunk.Piece;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.chat.ToolCallPart;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A streamed answer as OpenAI's Responses API sends it: events that open, fill and close one item after another.
///
/// An upstream may go on with any of its tool calls until the answer ends. So a call stays open until then, and what
/// comes for later items is sent when they open. [io.keywheel.domain.chat.AnswerLimits] bound what waits.
final class ResponsesStream implements StreamedAnswer {

    private final SseStream sse;
    private final ResponseEvents events;
    private final String ids;
    private final OfferedTools tools;
    private final InstantSource clock;

    private final List<OutputItem> items = new ArrayList<>();
    private final Map<Integer, OutputItem> calls = new HashMap<>();

    /// The index of the open item; that of the next one where none is open.
    private int at;

    private boolean isOpen;
    private @Nullable TokenUsage usage;

    ResponsesStream(SseStream sse, ResponseWriter writer, OfferedTools tools, InstantSource clock) {
        this.sse = sse;
        this.events = new ResponseEvents(sse, writer);
        this.ids = writer.ids();
        this.tools = tools;
        this.clock = clock;
    }

    @Override
    public void open(ServedBy servedBy) {
        sse.open(servedBy);
        events.begin(servedBy.target().model());
    }

    @Override
    public void accept(Chunk chunk) {
        accept(chunk, false);
    }

    @Override
    public void accept(Chunk chunk, boolean more) {
        if (chunk.usage() != null) {
            usage = chunk.usage();
        }
        for (Piece piece : chunk.pieces()) {
            if (piece.choice() == 0) {
                accept(piece.delta());
            }
        }
        if (!more) {
            sse.flush();
        }
    }

    private void accept(Delta delta) {
        if (!delta.reasoning().isEmpty()) {
            append(last(ItemKind.REASONING), delta.reasoning());
        }
        if (!delta.text().isEmpty()) {
            append(last(ItemKind.MESSAGE), delta.text());
        }
        for (ToolCallPart part : delta.toolCalls()) {
            append(call(part), part.arguments());
        }
    }

    /// The last item, if it is of that kind, else a new one.
    private OutputItem last(ItemKind kind) {
        return !items.isEmpty() && items.getLast().kind == kind
                ? items.getLast()
                : begin(OutputItem.of(kind, items.size(), ids));
    }

    private OutputItem call(ToolCallPart part) {
        OutputItem call = calls.get(part.index());
        if (call == null) {
            String name = part.name() == null ? "" : part.name();
            call = begin(OutputItem.call(tools.called(name), part.id(), items.size(), ids));
            calls.put(part.index(), call);
        }
        return call;
    }

    /// Opens a new item, once all before it are closed: text and reasoning are whole when something else follows.
    private OutputItem begin(OutputItem item) {
        items.add(item);
        if (isOpen && items.get(at).kind.part != null) {
            close(OutputItem.COMPLETED);
        }
        if (!isOpen) {
            openNext();
        }
        return item;
    }

    private void append(OutputItem item, String text) {
        item.append(text);
        if (isOpen && item.index == at && item.kind.streams() && !text.isEmpty()) {
            events.delta(item, text);
        }
    }

    @Override
    public void end(Answer answer) {
        ResponseState state = ResponseState.ended(answer.completion().finishReason(), clock.instant());
        while (at < items.size()) {
            if (!isOpen) {
                openNext();
            }
            close(at == items.size() - 1 ? state.ofLastItem() : OutputItem.COMPLETED);
        }
        if (usage == null) {
            usage = answer.completion().usage();
        }
        events.end(state, items, usage);
    }

    /// What was delivered stays valid, and what has come behind it is in the last event.
    @Override
    public void fail(ErrorResponse error) {
        boolean limited =
                "rate_limit_exceeded".equals(error.details().path("code").textValue());
        ResponseState state = ResponseState.failed(json -> {
            json.writeStringField("code", limited ? "rate_limit_exceeded" : "server_error");
            json.writeStringField("message", error.message());
        });
        events.end(state, items, usage);
    }

    private void openNext() {
        OutputItem item = items.get(at);
        isOpen = true;
        events.opened(item);
        String waiting = item.content();
        if (item.kind.streams() && !waiting.isEmpty()) {
            events.delta(item, waiting);
        }
    }

    private void close(String status) {
        OutputItem item = items.get(at);
        String content = item.content();
        if (item.kind == ItemKind.CUSTOM_CALL && !content.isEmpty()) {
            events.delta(item, content);
        }
        events.closed(item, content, status);
        isOpen = false;
        at++;
    }
}
