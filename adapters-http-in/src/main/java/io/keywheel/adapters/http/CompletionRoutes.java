package io.keywheel.adapters.http;

import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.keywheel.adapters.http.request.ChatRequest;
import io.keywheel.application.port.in.Answer;
import io.keywheel.application.port.in.ChatUseCase;
import java.time.InstantSource;
import java.util.Set;

/// `POST /v1/chat/completions`, as OpenAI has it.
final class CompletionRoutes implements HttpService {

    /// Groq's own client puts `/openai/v1` behind its base URL.
    static final Set<String> PATHS = Set.of("/v1/chat/completions", "/openai/v1/chat/completions");

    private final Chats chats;
    private final Body body;
    private final Errors errors;
    private final InstantSource clock;

    CompletionRoutes(ChatUseCase chats, Body body, Errors errors, InstantSource clock) {
        this.chats = new Chats(chats, errors);
        this.body = body;
        this.errors = errors;
        this.clock = clock;
    }

    @Override
    public void routing(HttpRules rules) {
        PATHS.forEach(path -> new Routes(rules, errors).post(path, this::complete));
    }

    private void complete(ServerRequest request, ServerResponse response) {
        ChatRequest.OpenAi asked = ChatRequest.readOpenAi(body.json(request));
        var words = new OpenAiAnswers(Exchange.of(request).id(), clock.instant());
        if (asked.stream()) {
            var events = new EventStream(response, Exchange.of(request));
            chats.stream(request, asked.command(), events, new OpenAiStream(events, words, asked.includeUsage()));
        } else {
            Answer answer = chats.whole(request, response, asked.command());
            Replies.send(request, response, Status.OK_200, words.whole(answer));
        }
    }
}
