package io.keywheel.adapters.http.chat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.adapters.http.errors.ErrorResponse;
import io.keywheel.adapters.http.json.JsonWriter;
import io.keywheel.adapters.http.server.SseStream;
import io.keywheel.adapters.http.server.StreamedAnswer;
import io.keywheel.application.port.in.Answer;
import io.keywheel.application.port.in.ServedBy;
import io.keywheel.domain.chat.Chunk;

/// A streamed answer of the native API.
record ChatStream(SseStream events) implements StreamedAnswer {

    @Override
    public void open(ServedBy servedBy) {
        events.open(servedBy);
    }

    @Override
    public void accept(Chunk chunk) {
        ChatResponses.of(chunk).ifPresent(said -> events.send(JsonWriter.bytes(said.put("done", false))));
    }

    @Override
    public void end(Answer answer) {
        ObjectNode last = JsonWriter.object().put("content", "").put("done", true);
        events.send(JsonWriter.bytes(ChatResponses.end(last, answer)));
    }

    @Override
    public void breakOff(ErrorResponse answer) {
        events.send(JsonWriter.bytes(answer.body().put("done", true)));
    }
}
