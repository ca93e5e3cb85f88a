package io.keywheel.bootstrap.settings;

import io.keywheel.application.port.out.ApiKey;
import io.keywheel.application.port.out.LlmProvider;
import io.keywheel.application.port.out.ProviderDefaults;
import io.keywheel.application.port.out.ProviderOption;
import io.keywheel.application.port.out.ProviderSettings;
import io.keywheel.application.port.out.Timeouts;
import io.keywheel.bootstrap.adapters.Adapters;
import io.keywheel.bootstrap.adapters.ProviderSetup;
import io.keywheel.bootstrap.adapters.ProviderVariables;
import io.keywheel.bootstrap.settings.values.Loopback;
import io.keywheel.bootstrap.settings.values.ValidationMessages;
import io.keywheel.bootstrap.settings.values.ValueParser;
import io.keywheel.bootstrap.settings.values.Variables;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.NearestNames;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.ProviderProfile;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/// Reads the settings of one provider.
record ProviderReader(
        Variables variables,
        Adapters adapters,
        ValidationMessages messages,
        Timeouts timeouts,
        Map<String, String> options,
        ProxyReader proxies) {

    /// Empty if the provider has no key, or a problem.
    Optional<ProviderSetup> read(ProviderId id) {
        var names = ProviderVariables.of(id);
        LlmProvider adapter = adapters.adapterOf(id);
        ProviderDefaults defaults = adapters.defaults(id);
        int problemsBefore = messages.problems().size();
        Optional<ModelId> model = variables
                .read(names.defaultModel(), ValueParser.MODEL)
                .or(() -> Optional.ofNullable(defaults.defaultModel()));
        Optional<String> url = url(id, defaults, names);
        boolean isElsewhere =
                !url.equals(Optional.ofNullable(defaults.baseUrl()).flatMap(ValueParser.BASE_URL::read));
        SequencedMap<ApiKey, PoolKey> keys = new KeysReader(variables, adapters, messages).read(id, isElsewhere);
        Map<String, String> own = own(adapter, names);
        if (messages.problems().size() > problemsBefore
                || keys.isEmpty()
                || !url.map(URI::create).map(proxies::knowsWayTo).orElse(true)) {
            return Optional.empty();
        }
        if (url.isEmpty()) {
            missing(id, names.baseUrl(), "https://llm.example/v1");
        }
        if (model.isEmpty()) {
            missing(id, names.defaultModel(), "a-model-of-it");
        }
        if (url.isEmpty() || model.isEmpty()) {
            return Optional.empty();
        }
        if (!isElsewhere) {
            warnIfMisspelt(id, names.defaultModel(), model.get(), defaults);
        }
        return Optional.of(new ProviderSetup(
                adapter,
                new ProviderProfile(id, model.get(), List.copyOf(keys.values()), defaults.mostReservedPerAnswer()),
                new ProviderSettings(id, url.get(), List.copyOf(keys.keySet()), timeouts, options(url.get(), own))));
    }

    /// Warns only of near matches of a known model: providers serve new models every week.
    private void warnIfMisspelt(ProviderId id, String name, ModelId model, ProviderDefaults defaults) {
        var known = defaults.knownModels().stream().map(ModelId::value).toList();
        String near = NearestNames.suggestion(model.value(), known);
        if (!model.equals(defaults.defaultModel()) && !known.contains(model.value()) && !near.isEmpty()) {
            messages.warning("%s: %s is not known to serve %s%s".formatted(name, id, model, near));
        }
    }

    /// Refuses plain http unless it is allowed: others could read keys and prompts, and forge answers.
    private Optional<String> url(ProviderId id, ProviderDefaults defaults, ProviderVariables names) {
        Optional<String> url = variables
                .read(names.baseUrl(), ValueParser.BASE_URL)
                .or(() -> Optional.ofNullable(defaults.baseUrl()).flatMap(text -> checked(id, text)));
        boolean isReadable =
                url.map(URI::create).filter(ProviderReader::wouldBeReadOnTheWay).isPresent();
        boolean isAllowed =
                variables.read(names.allowHttp(), ValueParser.YES_OR_NO).orElse(false);
        if (isReadable && !isAllowed) {
            messages.problem("%s must begin with https://, because %s is not on this machine: over http, others could"
                            .formatted(names.baseUrl(), id)
                    + " read the keys on the way; %s=true allows it".formatted(names.allowHttp()));
        } else if (isReadable) {
            messages.warning(
                    "%s=true: keys, prompts and answers go between here and %s over http, and can be read on the way"
                            .formatted(names.allowHttp(), id));
        } else if (isAllowed) {
            messages.warning("%s=true has no effect: the base URL of %s is not http on another machine"
                    .formatted(names.allowHttp(), id));
        }
        return url;
    }

    private Optional<String> checked(ProviderId id, String byDefault) {
        Optional<String> url = ValueParser.BASE_URL.read(byDefault);
        if (url.isEmpty()) {
            messages.problem("the adapter of %s has the base URL %s by default, which is not %s"
                    .formatted(id, byDefault, ValueParser.BASE_URL.expected()));
        }
        return url;
    }

    private static boolean wouldBeReadOnTheWay(URI url) {
        return url.getScheme().equals("http") && !Loopback.is(url.getHost());
    }

    private void missing(ProviderId id, String name, String example) {
        String wanted = variables.wanted(name) + ", as in " + name + "=" + example;
        if (adapters.known().contains(id)) {
            messages.problem(wanted + ", because " + id + " has no default for it");
            return;
        }
        var others = adapters.known().stream().map(ProviderId::value).toList();
        messages.problem("%s, because %s is a provider without defaults%s"
                .formatted(wanted, id, NearestNames.suggestion(id.value(), others)));
    }

    /// The values of the adapter's options that are set.
    private Map<String, String> own(LlmProvider adapter, ProviderVariables names) {
        var own = new HashMap<String, String>();
        for (ProviderOption<?> option : adapter.options()) {
            var valueParser = new ValueParser<>(
                    option.expected(), text -> Optional.of(text).filter(option::accepts));
            variables.read(names.option(option), valueParser).ifPresent(text -> own.put(option.name(), text));
        }
        return own;
    }

    private Map<String, String> options(String url, Map<String, String> own) {
        var all = new HashMap<>(own);
        all.putAll(options);
        proxies.to(URI.create(url)).ifPresent(proxy -> all.put("proxy", proxy));
        return all;
    }
}
