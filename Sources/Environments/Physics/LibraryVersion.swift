#if MuJoCo
  import CMuJoCo

  /// The version of the MuJoCo library that runs, or nil in a build without it.
  public var muJoCoVersion: String? { String(cString: mj_versionString()) }
#else
  /// The version of the MuJoCo library that runs, or nil in a build without it.
  public var muJoCoVersion: String? { nil }
#endif
