package io.keywheel.bootstrap.adapters;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toList;

import io.keywheel.application.port.out.LlmProvider;
import java.io.IOException;
import java.lang.module.FindException;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.lang.module.ResolutionException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Loads the adapters from a folder of jars, with or without a `module-info`.
///
/// Each adapter jar gets a module layer above the gateway's layer, which may use the jars of the folder without
/// an adapter. Adapters cannot see each other, and a broken adapter does not affect the others.
public final class AdapterJars {

    /// A jar whose module descriptor could be read.
    private record Jar(String name, Path path, ModuleReference module) {

        String moduleName() {
            return module.descriptor().name();
        }

        boolean offers() {
            return module.descriptor().provides().stream()
                    .anyMatch(provided -> provided.service().equals(LlmProvider.class.getName()));
        }
    }

    /// The layer of the gateway's module, or Java's boot layer if the gateway runs from a class path.
    private static final ModuleLayer GATEWAY =
            Objects.requireNonNullElse(AdapterJars.class.getModule().getLayer(), ModuleLayer.boot());

    private static final String NO_FAT_JARS =
            "; if the jar contains classes of libraries, leave them out: put those that the gateway lacks"
                    + " beside the adapter, as jars of their own";

    private final AdapterOffers offers = new AdapterOffers();

    private AdapterJars() {}

    /// @param folder a readable directory; otherwise the result contains a fault
    public static Adapters in(Path folder) {
        return new AdapterJars().read(folder);
    }

    private Adapters read(Path folder) {
        List<Jar> jars = unambiguous(
                paths(folder).stream().map(this::jar).flatMap(Optional::stream).toList());
        List<Jar> libraries = jars.stream().filter(jar -> !jar.offers()).toList();
        jars.stream().filter(Jar::offers).forEach(jar -> load(jar, libraries));
        return offers.taken(libraries.stream().map(Jar::name).toList());
    }

    private List<Path> paths(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            offers.fault(
                    Optional.empty(), "the folder for adapters", e.getClass().getSimpleName());
            return List.of();
        }
    }

    private Optional<Jar> jar(Path path) {
        String name = String.valueOf(path.getFileName());
        try {
            return ModuleFinder.of(path).findAll().stream().findFirst().map(module -> new Jar(name, path, module));
        } catch (FindException e) {
            offers.fault(Optional.empty(), name, e);
            return Optional.empty();
        }
    }

    /// Jars with the same module name, perhaps in two versions, are ambiguous: none of them is used.
    private List<Jar> unambiguous(List<Jar> jars) {
        var alone = new ArrayList<Jar>();
        var byModule = jars.stream().collect(groupingBy(Jar::moduleName, TreeMap::new, toList()));
        byModule.forEach((module, same) -> {
            if (same.size() == 1) {
                alone.add(same.getFirst());
            } else {
                offers.fault(
                        Optional.empty(),
                        same.stream().map(Jar::name).collect(joining(" and ")),
                        "they hold the same module " + module + ", and only one of them may be there");
            }
        });
        return alone;
    }

    private void load(Jar jar, List<Jar> libraries) {
        try {
            ModuleLayer layer = layer(jar, libraries);
            offers.take(
                    ServiceLoader.load(layer, LlmProvider.class).stream()
                            .filter(offer ->
                                    layer.equals(offer.type().getModule().getLayer())),
                    _ -> jar.name(),
                    jar.name());
        } catch (ResolutionException e) {
            offers.fault(Optional.empty(), jar.name(), e.getMessage() + NO_FAT_JARS);
        } catch (RuntimeException | ServiceConfigurationError | LinkageError e) {
            offers.fault(Optional.empty(), jar.name(), e);
        }
    }

    /// The gateway's modules take precedence: a library jar with the name of one is ignored.
    private static ModuleLayer layer(Jar jar, List<Jar> libraries) {
        if (GATEWAY.configuration().findModule(jar.moduleName()).isPresent()) {
            throw new FindException("the gateway has the module " + jar.moduleName() + " already");
        }
        Path[] paths = Stream.concat(
                        Stream.of(jar),
                        libraries.stream()
                                .filter(library -> GATEWAY.configuration()
                                        .findModule(library.moduleName())
                                        .isEmpty()))
                .map(Jar::path)
                .toArray(Path[]::new);
        var configuration = GATEWAY.configuration()
                .resolveAndBind(ModuleFinder.of(), ModuleFinder.of(paths), Set.of(jar.moduleName()));
        return GATEWAY.defineModulesWithOneLoader(configuration, AdapterJars.class.getClassLoader());
    }
}
