package io.keywheel.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.simulator.http.Exchange;
import io.keywheel.simulator.http.Reply;
import io.keywheel.simulator.http.Step;
import io.keywheel.simulator.http.Step.Head;
import io.keywheel.simulator.http.Step.Part;
import io.keywheel.simulator.http.Step.Pause;
import io.keywheel.simulator.http.Step.Stop;
import io.keywheel.simulator.quota.PromptCaches;
import io.keywheel.simulator.quota.PromptCaches.Block;
import io.keywheel.simulator.quota.Quotas;
import io.keywheel.simulator.quota.Quotas.Admitted;
import io.keywheel.simulator.quota.Quotas.Refused;
import io.keywheel.simulator.quota.Quotas.Share;
import io.keywheel.simulator.wire.Answer;
import io.keywheel.simulator.wire.Answers;
import io.keywheel.simulator.wire.Chat;
import io.keywheel.simulator.wire.Dialect;
import io.keywheel.simulator.wire.Json;
import io.keywheel.simulator.wire.Mistake;
import io.keywheel.simulator.wire.Model;
import io.keywheel.simulator.wire.ProviderError;
import io.keywheel.simulator.wire.Stamp;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// A request to a provider, and its normal answer.
///
/// @param path without the provider's prefix
/// @param body a missing node if it is not JSON
record ProviderRequest(State state, Provider provider, String path, Exchange exchange, JsonNode body, Stamp stamp) {

    private static final String CHAT = "/chat/completions";
    private static final String MODELS = "/models";

    record State(Scenario scenario, Quotas quotas, PromptCaches caches) {}

    /// The request as users of the simulator see it, with its current outcome.
    Received received() {
        return new Received(
                stamp.at(),
                provider,
                exchange.bearer(),
                exchange.method,
                path,
                exchange.headers,
                body,
                exchange.body,
                exchange.status,
                exchange.clientLeft);
    }

    Dialect dialect() {
        return provider.dialect;
    }

    boolean isChat() {
        return exchange.method.equals("POST");
    }

    boolean streams() {
        return chat().stream();
    }

    private Chat chat() {
        return new Chat(body);
    }

    List<Step> error(ProviderError error) {
        var dialect = dialect();
        var headers = Reply.merged(dialect.headers(stamp), error.headers());
        return Reply.json(error.status(), headers, dialect.error(error));
    }

    /// The organisation of the request's key, or a placeholder if the key has none.
    String organisation() {
        return state.scenario().organisation(provider, exchange.bearer()).orElse("org-unknown");
    }

    /// The answer if no endpoint is for this request; no fault replaces it.
    Optional<List<Step>> refusal() {
        // Cloudflare, in front of both providers, requires a `User-Agent`.
        if (provider != Provider.COMPATIBLE && exchange.header("user-agent").isEmpty()) {
            return Optional.of(KnownError.CLOUDFLARE_BLOCKED.reply(this));
        }
        boolean forChats = path.equals(CHAT);
        if (!forChats && !path.equals(MODELS) && !path.startsWith(MODELS + "/")) {
            var url = provider.path() + path;
            return Optional.of(error(dialect().error(Mistake.PATH, exchange.method, url)));
        }
        return exchange.method.equals(forChats ? "POST" : "GET")
                ? Optional.empty()
                : Optional.of(error(dialect().error(Mistake.METHOD)));
    }

    List<Step> normal() {
        return changed(UnaryOperator.identity());
    }

    /// @param change applied to the answer before it is encoded
    List<Step> changed(UnaryOperator<Answer> change) {
        var scenario = state.scenario();
        if (scenario.organisation(provider, exchange.bearer()).isEmpty() && !scenario.keyless(provider)) {
            return error(dialect().error(Mistake.KEY));
        }
        if (isChat()) {
            return chat(change);
        }
        // A slash in the id may be percent-encoded.
        return path.equals(MODELS)
                ? models(List.of())
                : dialect()
                        .model(stamp, URLDecoder.decode(path.substring(MODELS.length() + 1), StandardCharsets.UTF_8));
    }

    List<Step> models(List<Model> more) {
        return dialect().models(stamp, more);
    }

    private List<Step> chat(UnaryOperator<Answer> change) {
        if (!body.isObject()) {
            return error(ProviderError.row("400 invalid_request_error - -", "the body is not a JSON object"));
        }
        var dialect = dialect();
        var chat = chat();
        var wrong = dialect.refusal(chat);
        if (wrong.isPresent()) {
            return error(wrong.get());
        }
        Instant now = state.scenario().clock().instant();
        var share = new Share(provider.name(), organisation(), chat.model());
        var prompt = dialect.caches(chat.model()) ? PromptCaches.blocks(share, chat.prompt()) : List.<Block>of();
        int cached = state.caches().cached(prompt, now);
        var answers = Answers.to(chat, dialect, cached, change);
        var limits = state.scenario().limits(provider);
        long tokens = answers.promptTokens() + (long) dialect.reservedCompletion(chat, answers);
        int free = dialect.countsCached() ? 0 : cached;
        return switch (state.quotas().admit(share, () -> limits.buckets(now), tokens, free, now)) {
            case Refused refused -> error(dialect.rateLimited(refused, chat.model(), share.organisation()));
            case Admitted(var gauges) -> {
                state.caches().keep(prompt, now);
                var headers = Reply.merged(dialect.headers(stamp), dialect.gauges(gauges));
                yield chat.stream() ? stream(answers, headers) : whole(answers, headers);
            }
        };
    }

    private List<Step> whole(Answers answers, Map<String, String> headers) {
        var tempo = state.scenario().tempo();
        var steps = after(tempo.firstToken().plus(tempo.pace().multipliedBy(answers.completionTokens())));
        steps.addAll(Reply.json(200, headers, dialect().completion(chat(), answers, stamp)));
        return steps;
    }

    private List<Step> stream(Answers answers, Map<String, String> headers) {
        var tempo = state.scenario().tempo();
        var steps = after(tempo.firstToken());
        var all = Reply.merged(headers, Map.of("content-type", dialect().eventStream(), "cache-control", "no-cache"));
        steps.add(new Head(200, all, true));
        for (Part part : dialect().events(chat(), answers, stamp)) {
            steps.addAll(after(part.token() ? tempo.pace() : Duration.ZERO));
            steps.add(part);
        }
        steps.add(Json.DONE);
        steps.add(Stop.END);
        return steps;
    }

    /// A pause, if it takes time; more steps can be added.
    private static List<Step> after(Duration duration) {
        return new ArrayList<>(duration.isPositive() ? List.of(new Pause(duration)) : List.of());
    }
}
