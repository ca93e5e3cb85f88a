package io.keywheel.adapters.http.openai;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.adapters.http.server.ChatRunner;
import io.keywheel.adapters.http.server.ChatRunner.Asked;
import io.keywheel.adapters.http.server.RequestContext;
import io.keywheel.adapters.http.server.Routes;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;

/// `POST /v1/chat/completions`, as OpenAI has it.
public record CompletionRoutes(ChatRunner chatRunner, InstantSource clock) {

    /// Groq's own client puts `/openai/v1` behind its base URL.
    public static final Set<String> PATHS = Set.of("/v1/chat/completions", "/openai/v1/chat/completions");

    /// What requests are counted as.
    public static final String API = "openai";

    public void register(Routes routes) {
        PATHS.forEach(path -> routes.post(path, chatRunner.answering(API + "_stream", this::asked)));
    }

    private Asked asked(ObjectNode body) {
        OpenAiRequest read = OpenAiRequest.read(body);
        var responses = new OpenAiResponses(RequestContext.current().id(), clock.instant());
        return new Asked(
                read.command(),
                read.stream(),
                List.of(),
                responses::whole,
                events -> new OpenAiStream(events, responses, read.includeUsage()));
    }
}
