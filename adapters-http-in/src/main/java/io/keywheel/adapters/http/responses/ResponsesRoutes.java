package io.keywheel.adapters.http.responses;

import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.keywheel.adapters.http.server.BodyReader;
import io.keywheel.adapters.http.server.ChatRunner;
import io.keywheel.adapters.http.server.DroppedHeader;
import io.keywheel.adapters.http.server.ErrorSender;
import io.keywheel.adapters.http.server.RequestContext;
import io.keywheel.adapters.http.server.Responses;
import io.keywheel.adapters.http.server.Routes;
import io.keywheel.adapters.http.server.SseStream;
import io.keywheel.application.port.in.Answer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;

/// `POST /v1/responses`, as OpenAI has it.
///
/// @param quiet how long a stream may be silent before a comment
public record ResponsesRoutes(
        ChatRunner chatRunner, BodyReader bodyReader, ErrorSender errorSender, InstantSource clock, Duration quiet)
        implements HttpService {

    public static final Set<String> PATHS = Set.of("/v1/responses", "/openai/v1/responses");

    /// What requests are counted as.
    public static final String API = "responses";

    @Override
    public void routing(HttpRules rules) {
        PATHS.forEach(path -> new Routes(rules, errorSender).post(path, this::respond));
    }

    /// Helps a client whose base URL has too much at its end, or too little; empty for any other path.
    public static String hintFor(String path) {
        return path.equals("/responses") || path.equals("/v1/v1/responses") ? "; did you mean /v1/responses?" : "";
    }

    private void respond(ServerRequest request, ServerResponse response) {
        var context = RequestContext.current();
        ResponsesRequest asked = ResponsesRequest.read(bodyReader.json(request));
        var writer = new ResponseWriter(clock.instant(), asked);
        DroppedHeader.set(response, asked.tools().upstream().leftOut());
        if (asked.stream()) {
            context.countAs(API + "_stream");
            var events = new SseStream(response, context);
            events.pingAfter(quiet, SseStream.KEEP_ALIVE);
            var stream = new ResponsesStream(events, writer, clock);
            chatRunner.stream(request, asked.command(), events, stream);
        } else {
            Answer answer = chatRunner.whole(request, response, asked.command());
            Responses.send(request, response, Status.OK_200, writer.whole(answer, clock.instant()));
        }
    }
}
