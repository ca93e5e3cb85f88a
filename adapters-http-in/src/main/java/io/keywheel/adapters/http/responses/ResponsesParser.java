package io.keywheel.adapters.http.responses;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.adapters.http.answers.AnswerIds;
import io.keywheel.adapters.http.server.ChatRunner.ParsedChat;
import io.keywheel.adapters.http.server.SseStream;
import java.time.Duration;
import java.time.InstantSource;

/// Parses chats of OpenAI's `POST /v1/responses`.
///
/// @param pingInterval how long a stream may be silent before a comment
public record ResponsesParser(InstantSource clock, Duration pingInterval) {

    public ParsedChat parse(ObjectNode body) {
        ResponsesRequest read = ResponsesRequest.read(body);
        var writer = new ResponseWriter(AnswerIds.next(), clock.instant(), read);
        return new ParsedChat(
                read.command(),
                read.stream(),
                read.tools().upstream().dropped(),
                answer -> writer.whole(answer, clock.instant()),
                (events, model) -> {
                    events.pingAfter(pingInterval, SseStream.KEEP_ALIVE);
                    return new ResponsesStream(events, writer, model, clock);
                });
    }
}
