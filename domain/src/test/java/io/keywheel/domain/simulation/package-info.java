/// The policy under simulation: random pools, faults and arrivals in virtual time, watched by a referee with a
/// plainer idea of the same rules.
@NullMarked
package io.keywheel.domain.simulation;

import org.jspecify.annotations.NullMarked;
