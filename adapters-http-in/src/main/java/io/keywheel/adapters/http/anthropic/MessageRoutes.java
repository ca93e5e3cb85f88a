package io.keywheel.adapters.http.anthropic;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.keywheel.adapters.http.answers.AnswerIds;
import io.keywheel.adapters.http.json.JsonWriter;
import io.keywheel.adapters.http.server.BodyReader;
import io.keywheel.adapters.http.server.ChatRunner;
import io.keywheel.adapters.http.server.DroppedHeader;
import io.keywheel.adapters.http.server.ErrorSender;
import io.keywheel.adapters.http.server.RequestContext;
import io.keywheel.adapters.http.server.Responses;
import io.keywheel.adapters.http.server.Routes;
import io.keywheel.adapters.http.server.SseStream;
import io.keywheel.application.port.in.Answer;
import io.keywheel.application.port.in.ChatCommand;
import java.time.Duration;

/// `POST /v1/messages` and `POST /v1/messages/count_tokens`, as Anthropic has them.
///
/// @param quiet how long a stream may be silent before a ping
public record MessageRoutes(ChatRunner chatRunner, BodyReader bodyReader, ErrorSender errorSender, Duration quiet)
        implements HttpService {

    public static final String PATH = "/v1/messages";

    /// What requests are counted as.
    public static final String API = "messages";

    private static final String BELOW = PATH + "/";
    private static final String COUNT = BELOW + "count_tokens";

    private static final String PING = "event: ping\ndata: {\"type\":\"ping\"}\n\n";

    @Override
    public void routing(HttpRules rules) {
        new Routes(rules, errorSender).post(PATH, this::message).post(COUNT, this::count);
    }

    /// Whether `path` is one of Anthropic's, or is meant to be.
    public static boolean isOfAnthropic(String path) {
        return path.equals(PATH) || path.startsWith(BELOW) || !hintFor(path).isEmpty();
    }

    /// Helps a client whose base URL has too much at its end, or too little; empty for any other path.
    public static String hintFor(String path) {
        return path.equals("/messages") || path.equals("/v1/v1/messages") ? "; did you mean " + PATH + "?" : "";
    }

    private void message(ServerRequest request, ServerResponse response) {
        var context = RequestContext.current();
        AnthropicRequest asked = AnthropicRequest.read(bodyReader.json(request));
        ChatCommand command = asked.command();
        DroppedHeader.set(response, asked.tools().leftOut());
        var responses = new AnthropicResponses(context.id(), command.conversation(), AnswerIds.next(), asked.tools());
        if (asked.stream()) {
            context.countAs(API + "_stream");
            var events = new SseStream(response, context);
            events.pingAfter(quiet, PING);
            chatRunner.stream(request, command, events, new AnthropicStream(events, responses, errorSender));
        } else {
            Answer answer = chatRunner.whole(request, response, command);
            Responses.send(request, response, Status.OK_200, responses.whole(answer));
        }
    }

    private void count(ServerRequest request, ServerResponse response) {
        ChatCommand asked = AnthropicRequest.toCount(bodyReader.json(request));
        chatRunner.check(asked);
        ObjectNode said = JsonWriter.object().put("input_tokens", AnthropicRequest.tokens(asked));
        Responses.send(request, response, Status.OK_200, said);
    }
}
