using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Coi.Daemon.Tests.Images;

/// <summary>A certificate authority of the tests' own.</summary>
internal static class TestCertificate
{
    public static string Pem(string name = "coi test authority")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        return certificate.ExportCertificatePem() + "\n";
    }
}
