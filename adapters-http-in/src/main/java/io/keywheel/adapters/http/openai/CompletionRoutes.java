package io.keywheel.adapters.http.openai;

import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.keywheel.adapters.http.server.BodyReader;
import io.keywheel.adapters.http.server.ChatRunner;
import io.keywheel.adapters.http.server.ErrorSender;
import io.keywheel.adapters.http.server.RequestContext;
import io.keywheel.adapters.http.server.Responses;
import io.keywheel.adapters.http.server.Routes;
import io.keywheel.adapters.http.server.SseStream;
import io.keywheel.application.port.in.Answer;
import java.time.InstantSource;
import java.util.Set;

/// `POST /v1/chat/completions`, as OpenAI has it.
public record CompletionRoutes(
        ChatRunner chatRunner, BodyReader bodyReader, ErrorSender errorSender, InstantSource clock)
        implements HttpService {

    /// Groq's own client puts `/openai/v1` behind its base URL.
    public static final Set<String> PATHS = Set.of("/v1/chat/completions", "/openai/v1/chat/completions");

    /// What requests are counted as.
    public static final String API = "openai";

    @Override
    public void routing(HttpRules rules) {
        PATHS.forEach(path -> new Routes(rules, errorSender).post(path, this::complete));
    }

    private void complete(ServerRequest request, ServerResponse response) {
        OpenAiRequest asked = OpenAiRequest.read(bodyReader.json(request));
        var responses = new OpenAiResponses(RequestContext.current().id(), clock.instant());
        if (asked.stream()) {
            RequestContext.current().countAs(API + "_stream");
            var events = new SseStream(response, RequestContext.current());
            chatRunner.stream(
                    request, asked.command(), events, new OpenAiStream(events, responses, asked.includeUsage()));
        } else {
            Answer answer = chatRunner.whole(request, response, asked.command());
            Responses.send(request, response, Status.OK_200, responses.whole(answer));
        }
    }

    /// OpenAI's paths, and the same ones below `/openai`, where Groq has them.
    public static boolean isOfOpenAi(String path) {
        return path.startsWith("/v1/") || path.startsWith("/openai/v1/");
    }

    /// Helps a client whose base URL lacks its end; empty for any other path.
    public static String hintFor(String path) {
        return path.equals("/chat/completions") || path.equals("/models") ? "; did you mean /v1" + path + "?" : "";
    }
}
