package io.keywheel.adapters.http.openai;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.adapters.http.server.ChatRunner.ParsedChat;
import io.keywheel.adapters.http.server.RequestContext;
import java.time.InstantSource;
import java.util.List;

/// Parses chats of OpenAI's `POST /v1/chat/completions`.
public record ChatCompletionParser(InstantSource clock) {

    public ParsedChat parse(ObjectNode body) {
        OpenAiRequest read = OpenAiRequest.read(body);
        var writer = new ChatCompletionWriter(RequestContext.current().id(), clock.instant());
        return new ParsedChat(
                read.command(),
                read.stream(),
                List.of(),
                writer::whole,
                (events, model) -> new OpenAiStream(events, writer, model, read.includeUsage()));
    }
}
