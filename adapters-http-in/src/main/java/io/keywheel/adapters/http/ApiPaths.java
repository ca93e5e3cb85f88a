package io.keywheel.adapters.http;

import static java.util.stream.Collectors.toUnmodifiableSet;

import io.helidon.http.Headers;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRules;
import io.keywheel.adapters.http.anthropic.MessageRoutes;
import io.keywheel.adapters.http.chat.ChatRoutes;
import io.keywheel.adapters.http.errors.HttpError;
import io.keywheel.adapters.http.errors.RefusedException;
import io.keywheel.adapters.http.openai.CompletionRoutes;
import io.keywheel.adapters.http.openai.ModelRoutes;
import io.keywheel.adapters.http.responses.ResponsesRoutes;
import io.keywheel.adapters.http.server.ErrorSender;
import io.keywheel.adapters.http.server.PathRules;
import io.keywheel.adapters.http.server.RequestContext;
import io.keywheel.adapters.http.status.ConsoleAsset;
import io.keywheel.adapters.http.status.StatusRoutes;
import java.util.HashMap;
import java.util.Set;
import java.util.stream.Stream;

/// Which path belongs to which API.
///
/// @param own sends the errors of the native API, and of everything that is no chat
/// @param openAi sends the errors of OpenAI's API
/// @param anthropic sends the errors of Anthropic's API
record ApiPaths(ErrorSender own, ErrorSender openAi, ErrorSender anthropic) {

    /// Exactly these paths, as the client wrote them, need no token, and pages of other origins may link to them:
    /// another spelling of one is guarded.
    static final Set<String> OPEN = Stream.concat(
                    Stream.concat(Stream.of(StatusRoutes.START), StatusRoutes.PROBES.stream()),
                    ConsoleAsset.all().stream().map(ConsoleAsset::path))
            .collect(toUnmodifiableSet());

    PathRules rules() {
        var chats = new HashMap<>(ChatRoutes.PATHS);
        CompletionRoutes.PATHS.forEach(path -> chats.put(path, CompletionRoutes.API));
        ResponsesRoutes.PATHS.forEach(path -> chats.put(path, ResponsesRoutes.API));
        chats.put(MessageRoutes.PATH, MessageRoutes.API);
        return new PathRules(chats, StatusRoutes.PROBES, ApiPaths::isQuiet, ModelRoutes::isOfOne, this::errorsAt);
    }

    private static boolean isQuiet(String path) {
        return StatusRoutes.QUIET.contains(path) || path.startsWith(ConsoleAsset.PAGE + "/");
    }

    private ErrorSender errorsAt(String path, Headers headers) {
        if (MessageRoutes.isOfAnthropic(path) || ModelRoutes.isForAnthropic(path, headers)) {
            return anthropic;
        }
        return CompletionRoutes.isOfOpenAi(path) ? openAi : own;
    }

    /// Answers every path that is not registered.
    void refuseOthers(HttpRules rules) {
        Handler nothing = (request, _) -> {
            String path = RequestContext.current().path();
            throw new RefusedException(
                    HttpError.NOT_FOUND,
                    "there is nothing at this path" + CompletionRoutes.hintFor(path) + MessageRoutes.hintFor(path)
                            + ResponsesRoutes.hintFor(path));
        };
        rules.any((request, response) -> errorsAt(RequestContext.current().path(), request.headers())
                .guard(nothing)
                .handle(request, response));
    }
}
