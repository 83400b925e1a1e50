@preconcurrency import CGSL

/// Version of the GNU Scientific Library that is loaded, for example `2.7.1`.
public var gslVersion: String { String(cString: gsl_version) }
