package io.keywheel.adapters.http.responses;

import io.keywheel.adapters.http.answers.Block;
import io.keywheel.adapters.http.answers.BlockStream;
import io.keywheel.adapters.http.errors.ErrorResponse;
import io.keywheel.adapters.http.server.SseStream;
import io.keywheel.adapters.http.server.StreamedAnswer;
import io.keywheel.application.port.in.Answer;
import io.keywheel.application.port.in.ServedBy;
import io.keywheel.domain.chat.Chunk;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/// A streamed answer as OpenAI's Responses API sends it: an item for each block.
final class ResponsesStream implements StreamedAnswer, BlockStream.Writer {

    private final SseStream sse;
    private final ResponseWriter writer;
    private final ResponseEvents events;
    private final InstantSource clock;
    private final BlockStream blocks = new BlockStream(this);

    /// Those that were opened.
    private final List<OutputItem> items = new ArrayList<>();

    private ResponseState state = ResponseState.IN_PROGRESS;

    ResponsesStream(SseStream sse, ResponseWriter writer, InstantSource clock) {
        this.sse = sse;
        this.writer = writer;
        this.events = new ResponseEvents(sse, writer);
        this.clock = clock;
    }

    @Override
    public void open(ServedBy servedBy) {
        sse.open(servedBy);
        events.begin(servedBy.target().model());
    }

    @Override
    public void accept(Chunk chunk, boolean more) {
        blocks.accept(chunk);
        if (!more) {
            sse.flush();
        }
    }

    @Override
    public void open(Block block) {
        OutputItem item = writer.item(block);
        items.add(item);
        events.opened(item);
    }

    @Override
    public void add(Block block, String text) {
        OutputItem item = items.getLast();
        item.append(text);
        if (item.kind.streams()) {
            events.delta(item, text);
        }
    }

    @Override
    public void close(Block block) {
        OutputItem item = items.getLast();
        item.end(state.of(block, blocks.isLast(block)));
        String content = item.content();
        if (item.kind == ItemKind.CUSTOM_CALL && !content.isEmpty()) {
            events.delta(item, content);
        }
        events.closed(item, content);
    }

    @Override
    public void end(Answer answer) {
        state = ResponseState.ended(answer.completion().finishReason(), clock.instant());
        blocks.end();
        events.end(
                state,
                items,
                blocks.usage(answer.completion(), writer.asked().command().conversation()));
    }

    /// The last event has the items that were delivered.
    @Override
    public void fail(ErrorResponse error) {
        boolean limited =
                "rate_limit_exceeded".equals(error.details().path("code").textValue());
        state = ResponseState.failed(json -> {
            json.writeStringField("code", limited ? "rate_limit_exceeded" : "server_error");
            json.writeStringField("message", error.message());
        });
        if (!items.isEmpty() && !items.getLast().hasEnded()) {
            items.getLast().end(OutputItem.INCOMPLETE);
        }
        events.end(state, items, blocks.reported());
    }
}
