Console.WriteLine("coid");
