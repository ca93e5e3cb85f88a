package io.keywheel.simulator;

import io.keywheel.simulator.PromptCaches.Block;
import io.keywheel.simulator.Quotas.Admission;
import io.keywheel.simulator.Quotas.Admitted;
import io.keywheel.simulator.Quotas.Refused;
import io.keywheel.simulator.Quotas.Share;
import io.keywheel.simulator.Scenario.Tempo;
import io.keywheel.simulator.Step.Framing;
import io.keywheel.simulator.Step.Head;
import io.keywheel.simulator.Step.Part;
import io.keywheel.simulator.Step.Pause;
import io.keywheel.simulator.Step.Stop;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/// Answers requests as the providers do when nothing is wrong with them.
final class RequestHandler {

    private final Scenario scenario;
    private final Quotas quotas = new Quotas();
    private final PromptCaches caches = new PromptCaches();

    RequestHandler(Scenario scenario) {
        this.scenario = scenario;
    }

    List<Step> unknownPath(ProviderRequest asked) {
        var path = asked.provider().path() + asked.path();
        return error(asked, asked.dialect().unknownPath(asked.request().method(), path));
    }

    List<Step> wrongMethod(ProviderRequest asked) {
        return error(asked, asked.dialect().wrongMethod());
    }

    List<Step> error(ProviderRequest asked, ProviderError error) {
        var dialect = asked.dialect();
        return Reply.json(
                error.status(), merged(dialect.headers(asked.stamp()), error.headers()), dialect.error(error));
    }

    /// The organisation of a key, or words for a key that has none.
    String organisation(ProviderRequest asked) {
        return scenario.organisation(asked.provider(), asked.request().bearer()).orElse("org-of-nobody");
    }

    private boolean refuses(ProviderRequest asked) {
        return scenario.organisation(asked.provider(), asked.request().bearer()).isEmpty()
                && !scenario.keyless(asked.provider());
    }

    List<Step> models(ProviderRequest asked) {
        if (refuses(asked)) {
            return error(asked, asked.dialect().wrongKey());
        }
        return ModelList.reply(asked);
    }

    /// @param change what becomes of the answer before it is written
    List<Step> chat(ProviderRequest asked, UnaryOperator<Answer> change) {
        var dialect = asked.dialect();
        if (refuses(asked)) {
            return error(asked, dialect.wrongKey());
        }
        if (!asked.body().isObject()) {
            return error(asked, ProviderError.invalid(null, "the body is not a JSON object"));
        }
        var chat = asked.chat();
        var wrong =
                dialect.unserved(chat.model()).or(() -> dialect.refusal(chat)).or(() -> dialect.tooLong(chat));
        if (wrong.isPresent()) {
            return error(asked, wrong.get());
        }
        Instant now = scenario.clock.instant();
        var share = new Share(asked.provider(), organisation(asked), chat.model());
        var prompt = dialect.caches(chat.model()) ? PromptCaches.blocks(share, chat) : List.<Block>of();
        var answers = Answers.to(chat, dialect.name, dialect.reasons(chat))
                .changed(change)
                .withCached(caches.cached(prompt, now));
        return switch (admission(asked, share, answers, now)) {
            case Refused refused -> error(asked, dialect.rateLimited(refused, chat.model(), share.organisation()));
            case Admitted(var gauges) -> {
                caches.keep(prompt, now);
                var headers = merged(dialect.headers(asked.stamp()), dialect.gauges(gauges));
                yield chat.stream() ? stream(asked, answers, headers) : whole(asked, answers, headers);
            }
        };
    }

    private Admission admission(ProviderRequest asked, Share share, Answers answers, Instant now) {
        var dialect = asked.dialect();
        int completion = asked.chat().maxTokens().orElse(dialect.assumedCompletion(answers));
        return quotas.admit(
                share,
                scenario.limits(share.provider(), share.organisation()),
                answers.promptTokens() + (long) completion,
                dialect.countsCached() ? 0 : answers.cachedTokens(),
                now);
    }

    private List<Step> whole(ProviderRequest asked, Answers answers, Map<String, String> headers) {
        Tempo tempo = scenario.tempo;
        var steps = new ArrayList<Step>();
        pause(steps, tempo.firstToken().plus(tempo.pace().multipliedBy(answers.completionTokens())));
        steps.addAll(Reply.json(200, headers, asked.dialect().completion(asked.chat(), answers, asked.stamp())));
        return steps;
    }

    private List<Step> stream(ProviderRequest asked, Answers answers, Map<String, String> headers) {
        var all = new LinkedHashMap<String, String>();
        all.put("content-type", asked.dialect().eventStream());
        all.putAll(headers);
        all.put("cache-control", "no-cache");
        var steps = new ArrayList<Step>();
        pause(steps, scenario.tempo.firstToken());
        steps.add(new Head(200, all, Framing.CHUNKED));
        for (Part part : asked.dialect().events(asked.chat(), answers, asked.stamp())) {
            if (part.token()) {
                pause(steps, scenario.tempo.pace());
            }
            steps.add(part);
        }
        steps.add(Events.DONE);
        steps.add(Stop.END);
        return steps;
    }

    private static void pause(List<Step> steps, Duration duration) {
        if (duration.isPositive()) {
            steps.add(new Pause(duration));
        }
    }

    private static Map<String, String> merged(Map<String, String> first, Map<String, String> second) {
        var all = new LinkedHashMap<>(first);
        all.putAll(second);
        return all;
    }
}
