package io.keywheel.bootstrap.command;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;

import io.keywheel.adapters.http.HttpGateway;
import io.keywheel.adapters.state.RedisSharedState;
import io.keywheel.adapters.trace.Traces;
import io.keywheel.adapters.usage.UsageFile;
import io.keywheel.application.port.in.BadSettingsException;
import io.keywheel.application.port.out.LlmPort;
import io.keywheel.application.port.out.ModelsReply;
import io.keywheel.application.service.Gateway;
import io.keywheel.bootstrap.adapters.ProviderSetup;
import io.keywheel.bootstrap.log.EventLog;
import io.keywheel.bootstrap.settings.Settings;
import io.keywheel.bootstrap.settings.SettingsReport;
import io.keywheel.bootstrap.settings.TraceSettings;
import io.keywheel.bootstrap.settings.clients.AccessTokens;
import io.keywheel.bootstrap.settings.clients.ListenerSettings;
import io.keywheel.bootstrap.settings.values.ValidationMessages;
import io.keywheel.domain.client.ClientRule;
import io.keywheel.domain.client.ClientRules;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.ModelCatalog;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.NearestNames;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.RouteTarget;
import io.keywheel.domain.routing.VirtualModels;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Validates and describes the settings, and optionally tests each key.
///
/// @param modelsTimeout the timeout of each request for a list of models
public record Check(Output output, Duration modelsTimeout) {

    public Check(Output output) {
        this(output, Duration.ofSeconds(15));
    }

    /// Sends nothing to a provider.
    public int run(SettingsReport report) {
        int status = describe(report);
        if (status == ExitStatus.OK) {
            output.print("No key was tried; '" + ValidationMessages.PROGRAM + " check --live' tries each.");
        }
        return status;
    }

    private int describe(SettingsReport report) {
        report.adapters().summary().forEach(output::print);
        report.settings().map(Settings::listener).ifPresent(this::describe);
        report.settings().ifPresent(settings -> describe(settings.listener().tokens(), settings.clients()));
        if (report.settings().isEmpty() && !report.providers().isEmpty()) {
            output.print("the valid part of these settings:");
        }
        report.providers().forEach(this::describe);
        report.settings().ifPresent(settings -> describe(settings.catalog().virtual()));
        report.settings().flatMap(Settings::sharedState).ifPresent(this::describe);
        report.settings().map(Settings::traces).filter(TraceSettings::areSent).ifPresent(this::describe);
        report.notices().forEach(notice -> output.print("notice: " + notice));
        report.warnings().forEach(warning -> output.print("warning: " + warning));
        report.problems().forEach(problem -> output.printError("problem: " + problem));
        boolean keyless = report.settings().isPresent()
                && report.settings().get().providers().isEmpty();
        if (keyless) {
            output.printError("problem: " + Serve.NO_KEYS);
        }
        boolean opens = report.settings().filter(this::opens).isPresent();
        boolean keeps = report.settings().map(Settings::usage).stream().allMatch(this::canBeKept);
        boolean listens = report.settings().map(Settings::listener).stream().allMatch(this::canListen);
        return opens && keeps && listens && !keyless ? ExitStatus.OK : ExitStatus.FAILED;
    }

    /// A port in use is no problem: the settings of a running gateway are checked before they are reloaded.
    private boolean canListen(ListenerSettings listener) {
        try {
            HttpGateway.requireFree(listener.host(), listener.port());
            return true;
        } catch (HttpGateway.CannotListenException e) {
            if (e.isInUse()) {
                output.print("notice: " + e.getMessage()
                        + ". If that program is your running gateway, this is right; otherwise, serve will fail");
            } else {
                output.printError("problem: " + e.getMessage());
            }
            return e.isInUse();
        }
    }

    /// Tests whether the usage directory is writable, and leaves no file there.
    private boolean canBeKept(Settings.Usage usage) {
        try {
            usage.directory().ifPresent(directory -> {
                UsageFile.check(directory, warning -> output.print("warning: KEYWHEEL_DATA: " + warning));
                output.print(
                        "usage would be kept in %s for %s days".formatted(directory.toAbsolutePath(), usage.days()));
            });
            return true;
        } catch (UsageFile.UnusableException e) {
            output.printError("problem: KEYWHEEL_DATA: " + e.getMessage());
            return false;
        }
    }

    private boolean opens(Settings settings) {
        boolean all = true;
        for (ProviderSetup provider : settings.providers()) {
            try {
                opened(provider).close();
            } catch (BadSettingsException e) {
                output.printError("problem: " + e.getMessage());
                all = false;
            }
        }
        return all;
    }

    /// As [#run], then requests the list of models with each key.
    public int runLive(SettingsReport report) {
        int status = describe(report);
        if (status != ExitStatus.OK) {
            return status;
        }
        Settings settings = report.settings().orElseThrow();
        for (ProviderSetup provider : settings.providers()) {
            if (!answersAllKeys(provider, namedModels(provider, settings.catalog()))) {
                status = ExitStatus.FAILED;
            }
        }
        return status;
    }

    private void describe(ListenerSettings listener) {
        output.print("would listen on %s, port %s, over %s, %s, for up to %s chats at once"
                .formatted(
                        listener.host(),
                        listener.port() == 0 ? "0 (a free one, printed at the start)" : listener.port(),
                        listener.tls() == null ? "plain HTTP" : "TLS",
                        listener.tokens().isEmpty()
                                ? "without access tokens"
                                : "with " + accessTokens(listener.tokens().size()),
                        HttpGateway.chatLimit(listener.maxRequests())));
    }

    /// Describes the clients and their rules; prints nothing if there are no tokens and no rules.
    private void describe(AccessTokens tokens, ClientRules rules) {
        tokens.counts()
                .forEach((client, count) -> output.print(
                        "client %s, with %s: %s".formatted(client, accessTokens(count), rules.of(client))));
        if (tokens.isEmpty() && !rules.equals(ClientRules.NONE)) {
            output.print("every client: " + rules.of(ClientRules.ANONYMOUS));
        } else if (!rules.others().equals(ClientRule.UNLIMITED)
                && rules.named().keySet().containsAll(tokens.counts().keySet())) {
            output.print("every other client: " + rules.others());
        }
    }

    private static String accessTokens(long count) {
        return count + (count == 1 ? " access token" : " access tokens");
    }

    private void describe(ProviderSetup provider) {
        String proxy = provider.settings().options().getOrDefault("proxy", "");
        output.print("%s at %s%s, default model %s"
                .formatted(
                        provider.id(),
                        provider.settings().baseUrl(),
                        proxy.isEmpty() ? "" : " by the proxy " + proxy.substring(proxy.lastIndexOf('@') + 1),
                        provider.profile().defaultModel()));
        provider.profile()
                .keys()
                .forEach(key -> output.print("  %s  %s  group %s"
                        .formatted(key.slot(), key.fingerprint(), key.group().name())));
    }

    private void describe(VirtualModels models) {
        models.definitions().forEach((name, definition) -> {
            if (definition.route().toString().equals(name)) {
                return;
            }
            String skipped =
                    definition.skipped().stream().map(RouteTarget::toString).collect(joining(", "));
            output.print("%s -> %s%s"
                    .formatted(
                            name,
                            definition.isUnanswered() ? "nothing" : definition.route(),
                            skipped.isEmpty() ? "" : "; skipped: " + skipped));
        });
    }

    /// An unreachable store is only a warning: a gateway starts without it.
    private void describe(RedisSharedState.Settings sharedState) {
        RedisSharedState.problem(sharedState)
                .ifPresentOrElse(
                        problem -> output.print("warning: KEYWHEEL_SHARED_STATE: the store at %s cannot be used: %s"
                                .formatted(sharedState.address(), problem)),
                        () -> output.print("shared state by the store at " + sharedState.address()));
    }

    /// Unusable trace settings are only a warning: a gateway starts without traces. The receiver is not
    /// contacted.
    private void describe(TraceSettings traces) {
        try {
            Traces.open(traces.variables(), "", "http").close();
            output.print("traces would be sent, as the OTEL_ variables say");
        } catch (Traces.UnusableException e) {
            output.print("warning: no traces would be sent: " + e.getMessage());
        }
    }

    private static Set<ModelId> namedModels(ProviderSetup provider, ModelCatalog catalog) {
        var named = new LinkedHashSet<>(List.of(provider.profile().defaultModel()));
        catalog.virtual().targets().keySet().stream()
                .filter(target -> target.provider().equals(provider.id()))
                .forEach(target -> named.add(requireNonNull(target.model())));
        return named;
    }

    private boolean answersAllKeys(ProviderSetup provider, Set<ModelId> named) {
        boolean all = true;
        try (LlmPort port = opened(provider)) {
            for (PoolKey key : provider.profile().keys()) {
                all &= answers(port, key, named);
            }
        }
        return all;
    }

    private static LlmPort opened(ProviderSetup provider) {
        return Gateway.guarded(provider.id(), provider.open(), new EventLog());
    }

    private static String line(PoolKey key, String kind, String message) {
        return "%s  %s  %s: %s".formatted(key.slot(), key.fingerprint(), kind, message);
    }

    private boolean answers(LlmPort port, PoolKey key, Set<ModelId> named) {
        return switch (port.models(key.slot(), modelsTimeout)) {
            case ModelsReply.Listed(var models) -> {
                String count = models.size() == 1 ? "1 model" : models.size() + " models";
                output.print("%s  %s  ok, %s".formatted(key.slot(), key.fingerprint(), count));
                List<String> listed = models.stream().map(ModelId::value).toList();
                named.stream()
                        .map(ModelId::value)
                        .filter(name -> !listed.contains(name))
                        .forEach(name -> output.print("warning: %s does not list the model %s%s"
                                .formatted(key.slot(), name, NearestNames.suggestion(name, listed))));
                yield true;
            }
            // Only a warning: a rate limit proves that the key is valid.
            case ModelsReply.Failed(Failure.RateLimited limited) -> {
                output.print("warning: " + line(key, limited.kind().label(), limited.message()));
                yield true;
            }
            case ModelsReply.Failed(Failure.OutOfTime _) -> {
                String reason = "no list of models within " + modelsTimeout.toSeconds() + "s";
                output.printError("problem: " + line(key, Failure.Kind.TIMED_OUT.label(), reason));
                yield false;
            }
            case ModelsReply.Failed(var failure) -> {
                output.printError("problem: " + line(key, failure.kind().label(), failure.message()));
                yield false;
            }
        };
    }
}
