package io.keywheel.adapters.llm.sdk;

import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.Reply;
import io.keywheel.domain.chat.ToolCall;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// The pieces of a whole answer. A wish to call a function comes in one piece.
final class ChunkAggregator {

    private final StringBuilder text = new StringBuilder();
    private final StringBuilder reasoning = new StringBuilder();
    private final List<ToolCall> calls = new ArrayList<>();

    void add(Chunk chunk) {
        text.append(chunk.text());
        reasoning.append(chunk.reasoning());
        chunk.pieces().stream()
                .flatMap(piece -> piece.delta().toolCalls().stream())
                .map(call -> new ToolCall(
                        Objects.requireNonNullElse(call.id(), "call_" + call.index()),
                        Objects.requireNonNullElse(call.name(), ""),
                        call.arguments()))
                .forEach(calls::add);
    }

    Completion whole(Completion end) {
        var reply = new Reply(text.toString(), reasoning.isEmpty() ? null : reasoning.toString(), calls, Extras.NONE);
        return Completion.of(reply, end.finishReason(), end.usage());
    }
}
