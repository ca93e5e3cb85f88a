package io.keywheel.adapters.http.anthropic;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.keywheel.adapters.http.answers.TokenCount;
import io.keywheel.adapters.http.json.JsonWriter;
import io.keywheel.adapters.http.server.ChatRunner;
import io.keywheel.adapters.http.server.ChatRunner.ParsedChat;
import io.keywheel.adapters.http.server.HttpResponses;
import io.keywheel.adapters.http.server.RequestContext;
import io.keywheel.adapters.http.server.RequestId;
import io.keywheel.application.port.in.ChatCommand;
import java.time.Duration;

/// Parses chats of Anthropic's `POST /v1/messages`, and handles `POST /v1/messages/count_tokens`.
///
/// @param pingInterval how long a stream may be silent before a ping
public record AnthropicHandlers(ChatRunner chatRunner, Duration pingInterval) {

    private static final String PING = "event: ping\ndata: {\"type\":\"ping\"}\n\n";

    public ParsedChat parse(ObjectNode body) {
        AnthropicRequest read = AnthropicRequest.read(body);
        var writer = new AnthropicMessageWriter(read.command(), RequestId.forAnswer(), read.tools(), read.thinking());
        return new ParsedChat(read.command(), read.stream(), read.tools().dropped(), writer::whole, (events, model) -> {
            events.pingAfter(pingInterval, PING);
            return new AnthropicStream(events, writer, model);
        });
    }

    public void count(ServerRequest request, ServerResponse response) {
        ChatCommand command =
                AnthropicRequest.forTokenCount(chatRunner.bodyReader().json(request));
        chatRunner.chats().check(RequestContext.current().withContext(command));
        ObjectNode body = JsonWriter.object().put("input_tokens", TokenCount.of(command));
        HttpResponses.send(request, response, body);
    }
}
