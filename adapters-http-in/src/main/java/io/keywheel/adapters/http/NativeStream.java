package io.keywheel.adapters.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.application.port.in.Answer;
import io.keywheel.application.port.in.Serving;
import io.keywheel.domain.chat.Chunk;

/// A streamed answer of the native door.
final class NativeStream implements StreamedAnswer {

    private final EventStream events;

    NativeStream(EventStream events) {
        this.events = events;
    }

    @Override
    public void open(Serving serving) {
        events.open(serving);
    }

    @Override
    public void accept(Chunk chunk) {
        NativeAnswers.of(chunk).ifPresent(said -> events.send(Json.bytes(said.put("done", false))));
    }

    @Override
    public void end(Answer answer) {
        ObjectNode last = Json.object().put("content", "").put("done", true);
        events.send(Json.bytes(NativeAnswers.end(last, answer)));
    }

    @Override
    public void breakOff(ErrorAnswer answer) {
        events.send(Json.bytes(answer.body().put("done", true)));
    }
}
