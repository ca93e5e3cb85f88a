package io.keywheel.adapters.http;

import static java.util.stream.Collectors.toUnmodifiableSet;

import io.helidon.http.Headers;
import io.keywheel.adapters.http.anthropic.AnthropicErrors;
import io.keywheel.adapters.http.anthropic.MessageRoutes;
import io.keywheel.adapters.http.chat.ChatRoutes;
import io.keywheel.adapters.http.errors.ErrorFormat;
import io.keywheel.adapters.http.errors.HttpError;
import io.keywheel.adapters.http.errors.RefusedException;
import io.keywheel.adapters.http.openai.CompletionRoutes;
import io.keywheel.adapters.http.openai.ModelRoutes;
import io.keywheel.adapters.http.openai.OpenAiErrors;
import io.keywheel.adapters.http.responses.ResponsesRoutes;
import io.keywheel.adapters.http.server.PathRules;
import io.keywheel.adapters.http.server.RequestContext;
import io.keywheel.adapters.http.status.ConsoleAsset;
import io.keywheel.adapters.http.status.StatusRoutes;
import java.util.HashMap;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Which path belongs to which API.
final class ApiPaths {

    /// Exactly these paths, as the client wrote them, need no token, and pages of other origins may link to them:
    /// another spelling of one is guarded.
    static final Set<String> OPEN = Stream.concat(
                    Stream.concat(Stream.of(StatusRoutes.START), StatusRoutes.PROBES.stream()),
                    ConsoleAsset.all().stream().map(ConsoleAsset::path))
            .collect(toUnmodifiableSet());

    private static final Set<String> BELOW_BASE_URL = Set.of("/chat/completions", "/models", "/messages", "/responses");

    private static final ErrorFormat OPENAI = new OpenAiErrors();
    private static final ErrorFormat ANTHROPIC = new AnthropicErrors();

    private ApiPaths() {}

    /// @param own the errors of the native API, and of everything that is no chat
    static PathRules rules(ErrorFormat own) {
        var chats = new HashMap<>(ChatRoutes.PATHS);
        CompletionRoutes.PATHS.forEach(path -> chats.put(path, CompletionRoutes.API));
        ResponsesRoutes.PATHS.forEach(path -> chats.put(path, ResponsesRoutes.API));
        chats.put(MessageRoutes.PATH, MessageRoutes.API);
        return new PathRules(
                chats,
                StatusRoutes.PROBES,
                path -> StatusRoutes.QUIET.contains(path) || path.startsWith(ConsoleAsset.PAGE + "/"),
                ModelRoutes::isOfOne,
                (path, headers) -> errorsAt(path, headers, own));
    }

    private static ErrorFormat errorsAt(String path, Headers headers, ErrorFormat own) {
        if ((path + "/").startsWith(MessageRoutes.PATH + "/")
                || MessageRoutes.PATH.equals(meant(path))
                || ModelRoutes.isForAnthropic(path, headers)) {
            return ANTHROPIC;
        }
        // Groq has OpenAI's paths below `/openai`.
        return path.startsWith("/v1/") || path.startsWith("/openai/v1/") ? OPENAI : own;
    }

    /// The path that a client means whose base URL lacks its end, or has it twice; null for any other.
    private static @Nullable String meant(String path) {
        String end = path.startsWith("/v1/v1/") ? path.substring("/v1/v1".length()) : path;
        return BELOW_BASE_URL.contains(end) ? "/v1" + end : null;
    }

    /// The refusal of a path that is not registered.
    static RefusedException nothing() {
        String meant = meant(RequestContext.current().path());
        return new RefusedException(
                HttpError.NOT_FOUND,
                "there is nothing at this path" + (meant == null ? "" : "; did you mean " + meant + "?"));
    }
}
