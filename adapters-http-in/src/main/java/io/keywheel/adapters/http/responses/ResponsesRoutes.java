package io.keywheel.adapters.http.responses;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.adapters.http.server.ChatRunner;
import io.keywheel.adapters.http.server.ChatRunner.Asked;
import io.keywheel.adapters.http.server.Routes;
import io.keywheel.adapters.http.server.SseStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;

/// `POST /v1/responses`, as OpenAI has it.
///
/// @param quiet how long a stream may be silent before a comment
public record ResponsesRoutes(ChatRunner chatRunner, InstantSource clock, Duration quiet) {

    public static final Set<String> PATHS = Set.of("/v1/responses", "/openai/v1/responses");

    /// What requests are counted as.
    public static final String API = "responses";

    public void register(Routes routes) {
        PATHS.forEach(path -> routes.post(path, chatRunner.answering(API + "_stream", this::asked)));
    }

    private Asked asked(ObjectNode body) {
        ResponsesRequest read = ResponsesRequest.read(body);
        var writer = new ResponseWriter(clock.instant(), read);
        return new Asked(
                read.command(),
                read.stream(),
                read.tools().upstream().leftOut(),
                answer -> writer.whole(answer, clock.instant()),
                events -> {
                    events.pingAfter(quiet, SseStream.KEEP_ALIVE);
                    return new ResponsesStream(events, writer, clock);
                });
    }
}
